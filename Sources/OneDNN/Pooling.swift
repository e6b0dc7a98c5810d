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
    var operation = dnnl_pooling_desc_t()
    var (source, destination) = (source.raw, destination.raw)
    let (strides, _, before, after) = geometry.wide
    let kind = training ? dnnl_forward_training : dnnl_forward_inference
    try check(
      dnnl_pooling_forward_desc_init(
        &operation, kind, method.raw, &source, &destination, strides,
        geometry.kernel.map(Int64.init), before, after),
      "dnnl_pooling_forward_desc_init")
    return try PrimitiveDescriptor(operation, engine: engine, name: "pooling forward")
  }

  /// ∂x from ∂y and the workspace.
  public static func backward(
    _ method: Method, source: MemoryDescriptor, destination: MemoryDescriptor,
    geometry: WindowGeometry, forward: PrimitiveDescriptor, engine: Engine
  ) throws(OneDNNError) -> PrimitiveDescriptor {
    var operation = dnnl_pooling_desc_t()
    var (source, destination) = (source.raw, destination.raw)
    let (strides, _, before, after) = geometry.wide
    try check(
      dnnl_pooling_backward_desc_init(
        &operation, method.raw, &source, &destination, strides,
        geometry.kernel.map(Int64.init), before, after),
      "dnnl_pooling_backward_desc_init")
    return try PrimitiveDescriptor(
      operation, engine: engine, name: "pooling backward", hint: forward)
  }
}
