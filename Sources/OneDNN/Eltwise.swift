import COneDNN

/// An element-wise function of oneDNN.
public enum EltwiseAlgorithm: Sendable {
  /// max(x, 0) + α·min(x, 0)
  case relu
  /// The hyperbolic tangent.
  case tanh
  /// x or α(eˣ − 1)
  case elu
  /// αx + β
  case linear
  /// ln(1 + eˣ)
  case softplus
  /// 1 / (1 + e⁻ˣ)
  case logistic
  /// eˣ
  case exponential
  /// GELU, tanh approximation.
  case geluTanh
  /// GELU by the error function.
  case geluErf
  /// x·σ(αx)
  case swish
  /// clamp(x, α, β)
  case clip

  var raw: dnnl_alg_kind_t {
    switch self {
    case .relu: dnnl_eltwise_relu
    case .tanh: dnnl_eltwise_tanh
    case .elu: dnnl_eltwise_elu
    case .linear: dnnl_eltwise_linear
    case .softplus: dnnl_eltwise_soft_relu
    case .logistic: dnnl_eltwise_logistic
    case .exponential: dnnl_eltwise_exp
    case .geluTanh: dnnl_eltwise_gelu_tanh
    case .geluErf: dnnl_eltwise_gelu_erf
    case .swish: dnnl_eltwise_swish
    case .clip: dnnl_eltwise_clip
    }
  }
}

/// An element-wise function applied to the result of a product before it is stored.
public struct PostOperation: Sendable {
  /// The function.
  public var algorithm: EltwiseAlgorithm
  /// Its first setting.
  public var alpha: Float
  /// Its second setting.
  public var beta: Float

  /// The function `algorithm` with its settings.
  public init(_ algorithm: EltwiseAlgorithm, alpha: Float = 0, beta: Float = 0) {
    self.algorithm = algorithm
    self.alpha = alpha
    self.beta = beta
  }
}

/// Element-wise functions as primitives.
public enum Eltwise {
  /// y = f(x); x and y may be the same memory.
  public static func forward(
    _ function: PostOperation, data: MemoryDescriptor, engine: Engine
  ) throws(OneDNNError) -> PrimitiveDescriptor {
    try PrimitiveDescriptor("element-wise forward", engine: engine, layouts: [data]) {
      nn_dnnl_eltwise_forward(
        $0, engine.raw, function.algorithm.raw, data.raw, function.alpha, function.beta, $1)
    }
  }

  /// ∂x = ∂y ⊙ f′(x), from the input x.
  public static func backward(
    _ function: PostOperation, data: MemoryDescriptor, forward: PrimitiveDescriptor,
    engine: Engine
  ) throws(OneDNNError) -> PrimitiveDescriptor {
    try PrimitiveDescriptor(
      "element-wise backward", engine: engine, layouts: [data], hint: forward
    ) {
      nn_dnnl_eltwise_backward(
        $0, engine.raw, function.algorithm.raw, data.raw, function.alpha, function.beta,
        forward.raw, $1)
    }
  }
}
