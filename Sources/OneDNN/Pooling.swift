import COneDNN

/// Pooling and its gradient.
public enum Pooling {
  /// What is made of a window.
  public enum Method: Sendable {
    /// The largest element.
    case max
    /// The mean of the elements inside the image.
    case average

    var raw: dnnl_alg_kind_t {
      self == .max ? dnnl_pooling_max : dnnl_pooling_avg_exclude_padding
    }
  }

  /// The forward pass; in training the largest elements' places go to the workspace.
  public static func forward(
    _ method: Method, source: MemoryDescriptor, destination: MemoryDescriptor,
    geometry: WindowGeometry, training: Bool, engine: Engine
  ) throws(OneDNNError) -> PrimitiveDescriptor {
    let kind = training ? dnnl_forward_training : dnnl_forward_inference
    let (strides, dilates, before, after) = geometry.wide
    let kernel = geometry.kernel.map(Int64.init)
    return try PrimitiveDescriptor(
      "pooling forward", engine: engine, layouts: [source, destination]
    ) {
      nn_dnnl_pooling_forward(
        $0, engine.raw, kind, method.raw, source.raw, destination.raw, strides, kernel, dilates,
        before, after, $1)
    }
  }

  /// ∂x from ∂y and the workspace.
  public static func backward(
    _ method: Method, source: MemoryDescriptor, destination: MemoryDescriptor,
    geometry: WindowGeometry, forward: PrimitiveDescriptor, engine: Engine
  ) throws(OneDNNError) -> PrimitiveDescriptor {
    let (strides, dilates, before, after) = geometry.wide
    let kernel = geometry.kernel.map(Int64.init)
    return try PrimitiveDescriptor(
      "pooling backward", engine: engine, layouts: [source, destination], hint: forward
    ) {
      nn_dnnl_pooling_backward(
        $0, engine.raw, method.raw, source.raw, destination.raw, strides, kernel, dilates, before,
        after, forward.raw, $1)
    }
  }
}
