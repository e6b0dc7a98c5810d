import COneDNN

/// Softmax over the last dimension of a plain matrix, and its gradient from the result.
public enum Softmax {
  /// yᵢ = eˣⁱ / Σⱼ eˣʲ; x and y may be the same memory.
  public static func forward(
    data: MemoryDescriptor, engine: Engine
  ) throws(OneDNNError) -> PrimitiveDescriptor {
    let axis = Int32(data.dimensions.count - 1)
    return try PrimitiveDescriptor("softmax forward", engine: engine, layouts: [data]) {
      nn_dnnl_softmax_forward($0, engine.raw, data.raw, axis, $1)
    }
  }

  /// ∂xᵢ = yᵢ(∂yᵢ − Σⱼ ∂yⱼ yⱼ)
  public static func backward(
    data: MemoryDescriptor, forward: PrimitiveDescriptor, engine: Engine
  ) throws(OneDNNError) -> PrimitiveDescriptor {
    let axis = Int32(data.dimensions.count - 1)
    return try PrimitiveDescriptor(
      "softmax backward", engine: engine, layouts: [data], hint: forward
    ) {
      nn_dnnl_softmax_backward($0, engine.raw, data.raw, axis, forward.raw, $1)
    }
  }
}
