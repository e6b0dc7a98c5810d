import Tensors

/// A restricted Boltzmann machine that learns by contrastive divergence.
///
///     E(v, h) = −bᵀv − cᵀh − hᵀWv                       Bernoulli v
///     E(v, h) = ½‖v − b‖² − cᵀh − hᵀWv                  Gaussian v of variance 1
///     p(hⱼ = 1 | v) = σ(cⱼ + (Wv)ⱼ)
///     p(vᵢ = 1 | h) = σ(bᵢ + (Wᵀh)ᵢ), or v | h ~ N(b + Wᵀh, 1)
///     F(v) = −bᵀv − Σⱼ ln(1 + e^(cⱼ + (Wv)ⱼ)), or with ½‖v − b‖² in place of −bᵀv
///
/// W is [hidden, visible], so that it and c are weight and bias of the dense sigmoid layer that the
/// machine unrolls into. As a layer it hands on three figures of each sample, ``Output``, and its
/// backward pass leaves the statistics of contrastive divergence where others leave gradients:
///
///     ∂W = Σ h′v′ᵀ − hvᵀ,   ∂c = Σ h′ − h,   ∂b = Σ v′ − v
///
/// v is the data, h = p(h | v); v′ comes after k steps of Gibbs sampling from h, or from chains that
/// are never set back, and h′ = p(h | v′). Draws are functions of (seed, step, sample), those of chains
/// of (seed, step, chain).
///
/// Hinton, "Training Products of Experts by Minimizing Contrastive Divergence", Neural Computation
/// 2002; Tieleman, "Training Restricted Boltzmann Machines using Approximations to the Likelihood
/// Gradient", ICML 2008; the rest after Hinton, "A Practical Guide to Training Restricted Boltzmann
/// Machines", 2010. Left out: learnt variances of Gaussian units, and hidden units that are not binary.
public struct RestrictedBoltzmann: Layer, Measuring {
  /// What the visible units are.
  public enum Visible: String, CaseIterable, Sendable, Codable {
    /// On or off; data are probabilities, from 0 to 1.
    case bernoulli
    /// Normal of variance 1; data should be standardized.
    case gaussian
  }

  /// What holds the hidden units' mean activity near a target.
  ///
  ///     q ← decay · q + (1 − decay) · mean h        ∂(pre-activation of j) += cost · (qⱼ − target)
  ///
  /// Hinton's guide, section 11: the derivative of the cross entropy between the target and q.
  public struct Sparsity: Hashable, Sendable {
    /// The wanted mean activity.
    public var target: Float
    /// How strongly it is wanted.
    public var cost: Float
    /// The share of q that a step keeps.
    public var decay: Float

    /// A target of the given strength.
    public init(target: Float, cost: Float = 0.1, decay: Float = 0.95) {
      self.target = target
      self.cost = cost
      self.decay = decay
    }
  }

  /// The figures of a sample, in their order.
  public enum Output {
    /// The mean over the visible units of (v − E[v | h])².
    public static let reconstructionError = 0
    /// V · ln p(vᵢ | the other units), for one unit i that is drawn; 0 where units are Gaussian.
    public static let pseudoLogLikelihood = 1
    /// F(v).
    public static let freeEnergy = 2
    /// Three.
    public static let count = 3
  }

  /// The number of hidden units.
  public var hidden: Int
  /// What the visible units are.
  public var visible: Visible
  /// k, the Gibbs steps of an update.
  public var steps: Int
  /// The chains that are never set back, one for each sample of a minibatch; nil for none.
  public var chains: Int?
  /// Whether visible units are drawn rather than taken as means.
  public var samplesVisible: Bool
  /// What holds hidden units silent; nil for nothing.
  public var sparsity: Sparsity?
  /// How W is drawn.
  public var initializer: any Initializer

  /// A machine of the given settings.
  ///
  /// - Parameter samplesVisible: nil where chains have to be exact, else means, which are less noisy.
  public init(
    hidden: Int, visible: Visible = .bernoulli, steps: Int = 1, chains: Int? = nil,
    samplesVisible: Bool? = nil, sparsity: Sparsity? = nil,
    initializer: any Initializer = RandomNormal(standardDeviation: 0.01)
  ) {
    self.hidden = hidden
    self.visible = visible
    self.steps = steps
    self.chains = chains
    self.samplesVisible = samplesVisible ?? (chains != nil)
    self.sparsity = sparsity
    self.initializer = initializer
  }

  /// `rbm`
  public var kind: String { "rbm" }

  /// The figures of a sample; the input must be flat.
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    guard hidden > 0 else { throw LayerError("hidden is \(hidden); it must be at least 1") }
    guard steps > 0 else { throw LayerError("steps is \(steps); it must be at least 1") }
    guard inputs[0].rank == 1 else {
      throw LayerError(
        "a machine needs a flat input but gets \(inputs[0]); put `flatten` before it")
    }
    return [Output.count]
  }

  /// `weight` W, `bias` c, `visible_bias` b; `activity` q and `chains`, the chains' hidden units.
  public func parameters(for inputs: [Shape]) -> [ParameterSpec] {
    let width = inputs[0][0]
    let fans = Fans(in: width, out: hidden)
    func spec(
      _ name: String, _ role: ParameterSpec.Role, _ shape: Shape, _ first: any Initializer
    ) -> ParameterSpec {
      ParameterSpec(name: name, role: role, shape: shape, fans: fans, initializer: first)
    }
    var specs = [
      spec("weight", .weight, [hidden, width], initializer),
      spec("bias", .bias, [hidden], Zeros()), spec("visible_bias", .bias, [width], Zeros()),
    ]
    if let sparsity {
      specs.append(spec("activity", .statistic, [hidden], Constant(sparsity.target)))
    }
    if let chains { specs.append(spec("chains", .statistic, [chains, hidden], Zeros())) }
    return specs
  }

  /// q follows the mean activity, chains go on from where the last step left them.
  public var measured: [(name: String, rule: MeasuredRule)] {
    var rules: [(name: String, rule: MeasuredRule)] = []
    if let sparsity { rules.append(("activity", .mean(keeping: sparsity.decay))) }
    if chains != nil { rules.append(("chains", .state)) }
    return rules
  }

  /// Two products for each Gibbs step and one before.
  public func multiplyAdds(for inputs: [Shape]) -> Int {
    (2 * steps + 1) * inputs[0].count * hidden
  }
}
