import COneDNN

/// Batch normalization and its gradient, where wanted with a ReLU behind it.
public struct BatchNormalization: Sendable {
  /// ε of √(σ² + ε).
  public var epsilon: Float
  /// Whether the result is multiplied by γ.
  public var usesScale: Bool
  /// Whether β is added.
  public var usesShift: Bool
  /// Whether mean and variance are given; else they are those of the data.
  public var usesGivenStatistics: Bool
  /// Whether max(y, 0) is the result.
  public var fusesReLU: Bool

  /// A normalization of the given settings.
  public init(
    epsilon: Float, usesScale: Bool, usesShift: Bool, usesGivenStatistics: Bool, fusesReLU: Bool
  ) {
    self.epsilon = epsilon
    self.usesScale = usesScale
    self.usesShift = usesShift
    self.usesGivenStatistics = usesGivenStatistics
    self.fusesReLU = fusesReLU
  }

  private var flags: UInt32 {
    var flags: UInt32 = 0
    if usesGivenStatistics { flags |= dnnl_use_global_stats.rawValue }
    if usesScale { flags |= dnnl_use_scale.rawValue }
    if usesShift { flags |= dnnl_use_shift.rawValue }
    if fusesReLU { flags |= dnnl_fuse_norm_relu.rawValue }
    return flags
  }

  /// y = γ (x − μ) / √(σ² + ε) + β by channel.
  public func forward(
    data: MemoryDescriptor, training: Bool, engine: Engine
  ) throws(OneDNNError) -> PrimitiveDescriptor {
    let kind = training ? dnnl_forward_training : dnnl_forward_inference
    let (epsilon, flags) = (epsilon, flags)
    return try PrimitiveDescriptor(
      "batch normalization forward", engine: engine, layouts: [data]
    ) {
      nn_dnnl_batch_normalization_forward($0, engine.raw, kind, data.raw, epsilon, flags, $1)
    }
  }

  /// ∂x, ∂γ and ∂β from ∂y, x and the statistics. β may be bound to it: it is handed on to versions of
  /// oneDNN that ask for it.
  public func backward(
    data: MemoryDescriptor, forward: PrimitiveDescriptor, engine: Engine
  ) throws(OneDNNError) -> PrimitiveDescriptor {
    let (epsilon, flags) = (epsilon, flags)
    let takesShift = nn_dnnl_batch_normalization_backward_takes_shift() != 0
    return try PrimitiveDescriptor(
      "batch normalization backward", engine: engine, layouts: [data], hint: forward,
      refused: takesShift ? [] : [.shift]
    ) {
      nn_dnnl_batch_normalization_backward(
        $0, engine.raw, data.raw, epsilon, flags, forward.raw, $1)
    }
  }
}
