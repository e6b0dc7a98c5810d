import COneDNN

/// Softmax over the second dimension, the columns of a matrix or the channels of images, and its gradient
/// from the result.
public enum Softmax {
  /// yᵢ = eˣⁱ / Σⱼ eˣʲ; x and y may be the same memory.
  public static func forward(
    data: MemoryDescriptor, engine: Engine
  ) throws(OneDNNError) -> PrimitiveDescriptor {
    return try PrimitiveDescriptor("softmax forward", engine: engine, layouts: [data]) {
      nn_dnnl_softmax_forward($0, engine.raw, data.raw, 1, $1)
    }
  }

  /// ∂xᵢ = yᵢ(∂yᵢ − Σⱼ ∂yⱼ yⱼ)
  public static func backward(
    data: MemoryDescriptor, forward: PrimitiveDescriptor, engine: Engine
  ) throws(OneDNNError) -> PrimitiveDescriptor {
    return try PrimitiveDescriptor(
      "softmax backward", engine: engine, layouts: [data], hint: forward
    ) {
      nn_dnnl_softmax_backward($0, engine.raw, data.raw, 1, forward.raw, $1)
    }
  }
}
