import Tensors

/// Batch normalization: each channel is brought to mean 0 and variance 1 over the samples and
/// positions of a shard, then scaled and shifted by what is learnt.
///
///     μ = 1/n Σ x,   σ² = 1/n Σ (x − μ)²,   x̂ = (x − μ) / √(σ² + ε),   y = γ x̂ + β
///     ∂x = γ/√(σ² + ε) (∂y − mean(∂y) − x̂ mean(∂y x̂)),   ∂γ = Σ ∂y x̂,   ∂β = Σ ∂y
///
/// n counts the samples of the shard times the positions of the image, so the result does not depend
/// on the number of ranks. A shard of a single value per channel has no variance: there, and in
/// inference, the running statistics stand in for μ and σ², as constants. After every step
///
///     running ← momentum · running + (1 − momentum) · (mean, variance of the global minibatch)
///
/// where the shards' statistics are pooled by Σn, Σnμ, Σn(σ² + μ²) in double precision. The variance is the biased one, as in
/// Keras; PyTorch's running variance is n/(n − 1) times that, and its momentum is 1 − this one. Ioffe and
/// Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate
/// Shift", ICML 2015.
///
/// Where it is synchronized, n counts the samples of the global minibatch, as in PyTorch's
/// `SyncBatchNorm`: the means of the forward pass and those of the backward pass are taken over all
/// shards (``SynchronizedLayer``).
public struct BatchNormalization: Layer, ReLUFusing {
  /// The share of the running statistics that a step keeps.
  public var momentum: Float
  /// ε, which keeps the root away from 0.
  public var epsilon: Float
  /// Whether γ is there.
  public var usesScale: Bool
  /// Whether β is there.
  public var usesShift: Bool
  /// How γ is drawn.
  public var initializer: any Initializer
  /// How β is drawn.
  public var biasInitializer: any Initializer
  /// Whether μ and σ² are those of the global minibatch, not of a shard.
  public var isSynchronized: Bool
  package var fusesReLU = false

  /// A normalization of the given settings; the defaults are Keras's.
  public init(
    momentum: Float = 0.99, epsilon: Float = 1e-3, usesScale: Bool = true, usesShift: Bool = true,
    initializer: any Initializer = Ones(), biasInitializer: any Initializer = Zeros(),
    isSynchronized: Bool = false
  ) {
    self.momentum = momentum
    self.epsilon = epsilon
    self.usesScale = usesScale
    self.usesShift = usesShift
    self.initializer = initializer
    self.biasInitializer = biasInitializer
    self.isSynchronized = isSynchronized
  }

  /// `batch_norm`
  public var kind: String { "batch_norm" }

  /// The shape of the input: features, a sequence `[channels, length]` or an image
  /// `[channels, height, width]`.
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    guard (1...3).contains(inputs[0].rank) else {
      throw LayerError(
        "batch normalization needs features, [channels, length] or [channels, height, width] but"
          + " the input is \(inputs[0]); put `reshape` before it")
    }
    return inputs[0]
  }

  /// `weight` (γ) and `bias` (β), `running_mean` and `running_var`, one value per channel.
  public func parameters(for inputs: [Shape]) -> [ParameterSpec] {
    let channels = inputs[0][0]
    func spec(
      _ name: String, _ role: ParameterSpec.Role, _ initializer: any Initializer
    ) -> ParameterSpec {
      ParameterSpec(
        name: name, role: role, shape: [channels], fans: Fans(in: 1, out: 1),
        initializer: initializer)
    }
    var specs: [ParameterSpec] = []
    if usesScale { specs.append(spec("weight", .scale, initializer)) }
    if usesShift { specs.append(spec("bias", .bias, biasInitializer)) }
    return specs + [
      spec("running_mean", .statistic, Zeros()), spec("running_var", .statistic, Ones()),
    ]
  }

  /// The numbers of halves of `Double` in which a pass leaves the moments of an input of such a shape.
  public func momentHalves(for input: Shape) -> Int { LayerSite.momentHalves(channels: input[0]) }
}
