import COneDNN

/// Products with a weight matrix `[out, in]`: y = x Wᵀ + b and its gradients.
public enum InnerProduct {
  /// y = f(x Wᵀ + b).
  public static func forward(
    source: MemoryDescriptor, weights: MemoryDescriptor, bias: MemoryDescriptor?,
    destination: MemoryDescriptor, postOperation: PostOperation?, training: Bool, engine: Engine
  ) throws(OneDNNError) -> PrimitiveDescriptor {
    var operation = dnnl_inner_product_desc_t()
    var (source, weights, destination) = (source.raw, weights.raw, destination.raw)
    let kind = training ? dnnl_forward_training : dnnl_forward_inference
    let status = withOptional(bias) {
      dnnl_inner_product_forward_desc_init(
        &operation, kind, &source, &weights, $0, &destination)
    }
    try check(status, "dnnl_inner_product_forward_desc_init")
    return try PrimitiveDescriptor(
      operation, engine: engine, name: "inner product forward", postOperation: postOperation)
  }

  /// ∂x = ∂y W.
  public static func backwardData(
    source: MemoryDescriptor, weights: MemoryDescriptor, destination: MemoryDescriptor,
    forward: PrimitiveDescriptor, engine: Engine
  ) throws(OneDNNError) -> PrimitiveDescriptor {
    var operation = dnnl_inner_product_desc_t()
    var (source, weights, destination) = (source.raw, weights.raw, destination.raw)
    try check(
      dnnl_inner_product_backward_data_desc_init(&operation, &source, &weights, &destination),
      "dnnl_inner_product_backward_data_desc_init")
    return try PrimitiveDescriptor(
      operation, engine: engine, name: "inner product backward data", hint: forward)
  }

  /// ∂W = ∂yᵀ x and ∂b = Σ ∂y.
  public static func backwardWeights(
    source: MemoryDescriptor, weights: MemoryDescriptor, bias: MemoryDescriptor?,
    destination: MemoryDescriptor, forward: PrimitiveDescriptor, engine: Engine
  ) throws(OneDNNError) -> PrimitiveDescriptor {
    var operation = dnnl_inner_product_desc_t()
    var (source, weights, destination) = (source.raw, weights.raw, destination.raw)
    let status = withOptional(bias) {
      dnnl_inner_product_backward_weights_desc_init(
        &operation, &source, &weights, $0, &destination)
    }
    try check(status, "dnnl_inner_product_backward_weights_desc_init")
    return try PrimitiveDescriptor(
      operation, engine: engine, name: "inner product backward weights", hint: forward)
  }
}

/// Calls `body` with a pointer to the descriptor, or with nil where there is none.
func withOptional<Result>(
  _ descriptor: MemoryDescriptor?, _ body: (UnsafePointer<dnnl_memory_desc_t>?) -> Result
) -> Result {
  guard let descriptor else { return body(nil) }
  return withUnsafePointer(to: descriptor.raw) { body($0) }
}
