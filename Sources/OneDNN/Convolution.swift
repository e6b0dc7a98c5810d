import COneDNN

/// The geometry of a two-dimensional convolution or pooling, in oneDNN's terms.
public struct WindowGeometry: Hashable, Sendable {
  /// The window's extents; pooling only.
  public var kernel: [Int]
  /// The steps of the window.
  public var strides: [Int]
  /// Taps left out between two taps; 0 is a dense kernel.
  public var dilates: [Int]
  /// Padding before (top, left).
  public var before: [Int]
  /// Padding after (bottom, right).
  public var after: [Int]

  /// A geometry of `[height, width]` pairs.
  public init(kernel: [Int], strides: [Int], dilates: [Int], before: [Int], after: [Int]) {
    self.kernel = kernel
    self.strides = strides
    self.dilates = dilates
    self.before = before
    self.after = after
  }
}

/// Convolution and its gradients.
public enum Convolution {
  /// How the sums are formed.
  public enum Algorithm: Sendable {
    /// As the formula says.
    case direct
    /// Winograd's minimal filtering F(4×4, 3×3): a tile of 4×4 results takes 36 products per pair of channels
    /// instead of 144, beside transforms of the tile, the weights and the result (Lavin & Gray 2015).
    case winograd

    var raw: dnnl_alg_kind_t {
      switch self {
      case .direct: dnnl_convolution_direct
      case .winograd: dnnl_convolution_winograd
      }
    }
  }

  /// y = f(W ⋆ x + b).
  public static func forward(
    source: MemoryDescriptor, weights: MemoryDescriptor, bias: MemoryDescriptor?,
    destination: MemoryDescriptor, geometry: WindowGeometry, postOperation: PostOperation?,
    training: Bool, algorithm: Algorithm = .direct, engine: Engine
  ) throws(OneDNNError) -> PrimitiveDescriptor {
    var operation = dnnl_convolution_desc_t()
    var (source, weights, destination) = (source.raw, weights.raw, destination.raw)
    let kind = training ? dnnl_forward_training : dnnl_forward_inference
    let (strides, dilates, before, after) = geometry.wide
    let status = withOptional(bias) {
      dnnl_dilated_convolution_forward_desc_init(
        &operation, kind, algorithm.raw, &source, &weights, $0, &destination, strides,
        dilates, before, after)
    }
    try check(status, "dnnl_dilated_convolution_forward_desc_init")
    return try PrimitiveDescriptor(
      operation, engine: engine, name: "convolution forward", postOperation: postOperation)
  }

  /// ∂x from ∂y and W.
  public static func backwardData(
    source: MemoryDescriptor, weights: MemoryDescriptor, destination: MemoryDescriptor,
    geometry: WindowGeometry, forward: PrimitiveDescriptor, algorithm: Algorithm = .direct,
    engine: Engine
  ) throws(OneDNNError) -> PrimitiveDescriptor {
    var operation = dnnl_convolution_desc_t()
    var (source, weights, destination) = (source.raw, weights.raw, destination.raw)
    let (strides, dilates, before, after) = geometry.wide
    try check(
      dnnl_dilated_convolution_backward_data_desc_init(
        &operation, algorithm.raw, &source, &weights, &destination, strides, dilates,
        before, after),
      "dnnl_dilated_convolution_backward_data_desc_init")
    return try PrimitiveDescriptor(
      operation, engine: engine, name: "convolution backward data", hint: forward)
  }

  /// ∂W and ∂b from ∂y and x.
  public static func backwardWeights(
    source: MemoryDescriptor, weights: MemoryDescriptor, bias: MemoryDescriptor?,
    destination: MemoryDescriptor, geometry: WindowGeometry, forward: PrimitiveDescriptor,
    algorithm: Algorithm = .direct, engine: Engine
  ) throws(OneDNNError) -> PrimitiveDescriptor {
    var operation = dnnl_convolution_desc_t()
    var (source, weights, destination) = (source.raw, weights.raw, destination.raw)
    let (strides, dilates, before, after) = geometry.wide
    let status = withOptional(bias) {
      dnnl_dilated_convolution_backward_weights_desc_init(
        &operation, algorithm.raw, &source, &weights, $0, &destination, strides, dilates,
        before, after)
    }
    try check(status, "dnnl_dilated_convolution_backward_weights_desc_init")
    return try PrimitiveDescriptor(
      operation, engine: engine, name: "convolution backward weights", hint: forward)
  }
}

extension WindowGeometry {
  /// The geometry in the integers of the C interface.
  var wide: (strides: [Int64], dilates: [Int64], before: [Int64], after: [Int64]) {
    (
      strides.map(Int64.init), dilates.map(Int64.init), before.map(Int64.init),
      after.map(Int64.init)
    )
  }
}
