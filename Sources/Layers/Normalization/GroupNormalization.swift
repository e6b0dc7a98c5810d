import Tensors

/// Group normalization: the channels of a sample are cut into groups, and each group is brought to mean
/// 0 and variance 1 over its channels and positions.
///
///     μ, σ² over the group,   x̂ = (x − μ) / √(σ² + ε),   y = γ_c x̂ + β_c
///
/// A sample is normalized by itself, so training and inference are the same and small batches do no
/// harm. One group is layer normalization over the sample with a scale per channel, as many groups as
/// channels instance normalization. Wu and He, "Group Normalization", ECCV 2018; PyTorch's `GroupNorm`.
public struct GroupNormalization: Layer {
  /// The groups, which must divide the channels.
  public var groups: Int
  /// ε, which keeps the root away from 0.
  public var epsilon: Float
  /// Whether γ is there.
  public var usesScale: Bool
  /// Whether β is there.
  public var usesShift: Bool

  /// A normalization of the given settings; the defaults are Keras's.
  public init(
    groups: Int = 32, epsilon: Float = 1e-3, usesScale: Bool = true, usesShift: Bool = true
  ) {
    self.groups = groups
    self.epsilon = epsilon
    self.usesScale = usesScale
    self.usesShift = usesShift
  }

  /// `group_norm`
  public var kind: String { "group_norm" }

  /// The shape of the input.
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    let channels = channelsAndPositions(inputs[0]).channels
    guard groups > 0, channels % groups == 0 else {
      throw LayerError(
        "\(groups) groups do not divide the \(channels) channels of \(inputs[0]); choose a divisor")
    }
    return inputs[0]
  }

  /// `weight` (γ) and `bias` (β), one value per channel.
  public func parameters(for inputs: [Shape]) -> [ParameterSpec] {
    normalizationParameters(
      [channelsAndPositions(inputs[0]).channels], scale: usesScale, shift: usesShift)
  }
}

/// γ, drawn as 1, and β, drawn as 0, where they are there.
func normalizationParameters(_ shape: Shape, scale: Bool, shift: Bool) -> [ParameterSpec] {
  let fans = Fans(in: 1, out: 1)
  var specs: [ParameterSpec] = []
  if scale {
    specs.append(
      ParameterSpec(name: "weight", role: .scale, shape: shape, fans: fans, initializer: Ones()))
  }
  if shift {
    specs.append(
      ParameterSpec(name: "bias", role: .bias, shape: shape, fans: fans, initializer: Zeros()))
  }
  return specs
}
