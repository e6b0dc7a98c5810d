import COneDNN

/// Products with a weight matrix `[out, in]`: y = x Wᵀ + b and its gradients.
public enum InnerProduct {
  /// y = f(x Wᵀ + b).
  public static func forward(
    source: MemoryDescriptor, weights: MemoryDescriptor, bias: MemoryDescriptor?,
    destination: MemoryDescriptor, postOperation: PostOperation?, training: Bool, engine: Engine
  ) throws(OneDNNError) -> PrimitiveDescriptor {
    let kind = training ? dnnl_forward_training : dnnl_forward_inference
    return try PrimitiveDescriptor(
      "inner product forward", engine: engine, layouts: [source, weights, bias, destination],
      postOperation: postOperation
    ) {
      nn_dnnl_inner_product_forward(
        $0, engine.raw, kind, source.raw, weights.raw, bias?.raw, destination.raw, $1)
    }
  }

  /// ∂x = ∂y W.
  public static func backwardData(
    source: MemoryDescriptor, weights: MemoryDescriptor, destination: MemoryDescriptor,
    forward: PrimitiveDescriptor, engine: Engine
  ) throws(OneDNNError) -> PrimitiveDescriptor {
    try PrimitiveDescriptor(
      "inner product backward data", engine: engine, layouts: [source, weights, destination],
      hint: forward
    ) {
      nn_dnnl_inner_product_backward_data(
        $0, engine.raw, source.raw, weights.raw, destination.raw, forward.raw, $1)
    }
  }

  /// ∂W = ∂yᵀ x and ∂b = Σ ∂y.
  public static func backwardWeights(
    source: MemoryDescriptor, weights: MemoryDescriptor, bias: MemoryDescriptor?,
    destination: MemoryDescriptor, forward: PrimitiveDescriptor, engine: Engine
  ) throws(OneDNNError) -> PrimitiveDescriptor {
    try PrimitiveDescriptor(
      "inner product backward weights", engine: engine,
      layouts: [source, weights, bias, destination], hint: forward
    ) {
      nn_dnnl_inner_product_backward_weights(
        $0, engine.raw, source.raw, weights.raw, bias?.raw, destination.raw, forward.raw, $1)
    }
  }
}
