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
    let kind = training ? dnnl_forward_training : dnnl_forward_inference
    let (strides, dilates, before, after) = geometry.wide
    return try PrimitiveDescriptor(
      "convolution forward", engine: engine, layouts: [source, weights, bias, destination],
      postOperation: postOperation
    ) {
      nn_dnnl_convolution_forward(
        $0, engine.raw, kind, algorithm.raw, source.raw, weights.raw, bias?.raw, destination.raw,
        strides, dilates, before, after, $1)
    }
  }

  /// ∂x from ∂y and W.
  public static func backwardData(
    source: MemoryDescriptor, weights: MemoryDescriptor, destination: MemoryDescriptor,
    geometry: WindowGeometry, forward: PrimitiveDescriptor, algorithm: Algorithm = .direct,
    engine: Engine
  ) throws(OneDNNError) -> PrimitiveDescriptor {
    let (strides, dilates, before, after) = geometry.wide
    return try PrimitiveDescriptor(
      "convolution backward data", engine: engine, layouts: [source, weights, destination],
      hint: forward
    ) {
      nn_dnnl_convolution_backward_data(
        $0, engine.raw, algorithm.raw, source.raw, weights.raw, destination.raw, strides, dilates,
        before, after, forward.raw, $1)
    }
  }

  /// ∂W and ∂b from ∂y and x.
  public static func backwardWeights(
    source: MemoryDescriptor, weights: MemoryDescriptor, bias: MemoryDescriptor?,
    destination: MemoryDescriptor, geometry: WindowGeometry, forward: PrimitiveDescriptor,
    algorithm: Algorithm = .direct, engine: Engine
  ) throws(OneDNNError) -> PrimitiveDescriptor {
    let (strides, dilates, before, after) = geometry.wide
    return try PrimitiveDescriptor(
      "convolution backward weights", engine: engine,
      layouts: [source, weights, bias, destination], hint: forward
    ) {
      nn_dnnl_convolution_backward_weights(
        $0, engine.raw, algorithm.raw, source.raw, weights.raw, bias?.raw, destination.raw,
        strides, dilates, before, after, forward.raw, $1)
    }
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
