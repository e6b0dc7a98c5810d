import COneDNN

/// Softmax over the last dimension of a plain matrix, and its gradient from the result.
public enum Softmax {
  /// yᵢ = eˣⁱ / Σⱼ eˣʲ; x and y may be the same memory.
  public static func forward(
    data: MemoryDescriptor, engine: Engine
  ) throws(OneDNNError) -> PrimitiveDescriptor {
    var operation = dnnl_softmax_desc_t()
    var layout = data.raw
    try check(
      dnnl_softmax_forward_desc_init(
        &operation, dnnl_forward_training, &layout, Int32(layout.ndims) - 1),
      "dnnl_softmax_forward_desc_init")
    return try PrimitiveDescriptor(operation, engine: engine, name: "softmax forward")
  }

  /// ∂xᵢ = yᵢ(∂yᵢ − Σⱼ ∂yⱼ yⱼ)
  public static func backward(
    data: MemoryDescriptor, forward: PrimitiveDescriptor, engine: Engine
  ) throws(OneDNNError) -> PrimitiveDescriptor {
    var operation = dnnl_softmax_desc_t()
    var layout = data.raw
    try check(
      dnnl_softmax_backward_desc_init(&operation, &layout, &layout, Int32(layout.ndims) - 1),
      "dnnl_softmax_backward_desc_init")
    return try PrimitiveDescriptor(
      operation, engine: engine, name: "softmax backward", hint: forward)
  }
}
