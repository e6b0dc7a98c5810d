import Tensors

/// A deep belief network that learns as a whole: contrastive wake-sleep, the up-down algorithm.
///
/// Below the machine at the top, level k (from 1) has recognition weights Rₖ that lead up and generative
/// weights Gₖ that lead down; each is taught by the other's states. With data s₀, n levels below the top
/// and machine (W, c, b) there:
///
///     up       sₖ ~ σ(Rₖ sₖ₋₁ + rₖ)                         ∂Gₖ = Σ sₖ (pₖ₋₁ − sₖ₋₁)ᵀ,  pₖ₋₁ = σ(Gₖᵀ sₖ + gₖ)
///     top      o ~ σ(W sₙ + c), then k steps of Gibbs sampling to tₙ and o′
///                                                            ∂W = Σ o′tₙᵀ − o sₙᵀ
///     down     tₖ₋₁ ~ σ(Gₖᵀ tₖ + gₖ), t₀ being its mean      ∂Rₖ = Σ (qₖ − tₖ) tₖ₋₁ᵀ,   qₖ = σ(Rₖ tₖ₋₁ + rₖ)
///
/// and biases alike. All weights are [above, below], as those of the machines from which they begin. Draws are
/// functions of (seed, step, sample). The layer hands on one figure of each sample, what E[s₀ | s₁] misses;
/// where nothing is learnt s₁ is its mean.
///
/// Hinton, Osindero and Teh, "A Fast Learning Algorithm for Deep Belief Nets", Neural Computation 2006,
/// appendix B. Left out: labels beside the units below the top.
public struct WakeSleep: Layer {
  /// The names of the parameters of a level, a number behind each, and of the top machine.
  public enum Name {
    /// Rₖ.
    public static let recognitionWeight = "recognition_weight_"
    /// rₖ.
    public static let recognitionBias = "recognition_bias_"
    /// Gₖ.
    public static let generativeWeight = "generative_weight_"
    /// gₖ.
    public static let generativeBias = "generative_bias_"
    /// W.
    public static let weight = "weight"
    /// c.
    public static let bias = "bias"
    /// b.
    public static let visibleBias = "visible_bias"
  }

  /// The units of the levels from the data upwards, those of the top machine last.
  public var hidden: [Int]
  /// What the visible units are.
  public var visible: RestrictedBoltzmann.Visible
  /// k, the Gibbs steps in the top machine.
  public var steps: Int

  /// A network of at least two levels.
  public init(hidden: [Int], visible: RestrictedBoltzmann.Visible = .bernoulli, steps: Int = 3) {
    precondition(hidden.count >= 2, "\(hidden.count) levels; the top machine stands on another one")
    self.hidden = hidden
    self.visible = visible
    self.steps = steps
  }

  /// `up_down`
  public var kind: String { "up_down" }

  /// The figure of a sample; the input must be flat.
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    guard inputs[0].rank == 1 else {
      throw LayerError(
        "a deep belief network needs a flat input but gets \(inputs[0]); put `flatten` before it")
    }
    return [1]
  }

  /// Of each level Rₖ, rₖ, Gₖ and gₖ; then W, c and b. They begin at 0, to be copied from machines.
  public func parameters(for inputs: [Shape]) -> [ParameterSpec] {
    let widths = [inputs[0][0]] + hidden
    var specs: [ParameterSpec] = []
    func add(_ name: String, _ role: ParameterSpec.Role, _ shape: Shape, _ level: Int) {
      specs.append(
        ParameterSpec(
          name: name, role: role, shape: shape,
          fans: Fans(in: widths[level - 1], out: widths[level]), initializer: Zeros()))
    }
    for level in 1..<hidden.count {
      let shape: Shape = [widths[level], widths[level - 1]]
      add(Name.recognitionWeight + "\(level)", .weight, shape, level)
      add(Name.recognitionBias + "\(level)", .bias, [widths[level]], level)
      add(Name.generativeWeight + "\(level)", .weight, shape, level)
      add(Name.generativeBias + "\(level)", .bias, [widths[level - 1]], level)
    }
    let top = hidden.count
    add(Name.weight, .weight, [widths[top], widths[top - 1]], top)
    add(Name.bias, .bias, [widths[top]], top)
    add(Name.visibleBias, .bias, [widths[top - 1]], top)
    return specs
  }

  /// Two products below the top, and as many for each Gibbs step and one before.
  public func multiplyAdds(for inputs: [Shape]) -> Int {
    let widths = [inputs[0].count] + hidden
    let sizes = (1..<widths.count).map { widths[$0] * widths[$0 - 1] }
    return 4 * sizes.dropLast().reduce(0, +) + (2 * steps + 1) * sizes[sizes.count - 1]
  }
}
