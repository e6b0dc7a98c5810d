import COneDNN

/// Products of two matrices in any row or column order, with any distance between rows.
public enum MatrixProduct {
  /// result = f(left · right + bias), with `left` [m, k], `right` [k, n], `bias` [n].
  public static func descriptor(
    left: MemoryDescriptor, right: MemoryDescriptor, bias: MemoryDescriptor? = nil,
    result: MemoryDescriptor, postOperation: PostOperation? = nil, engine: Engine
  ) throws(OneDNNError) -> PrimitiveDescriptor {
    var operation = dnnl_matmul_desc_t()
    var (left, right, result) = (left.raw, right.raw, result.raw)
    // oneDNN wants the bias as a matrix of one row.
    let row: MemoryDescriptor? =
      if let bias {
        try MemoryDescriptor(plain: [1, bias.dimensions[0]])
      } else {
        nil
      }
    let status = withOptional(row) {
      dnnl_matmul_desc_init(&operation, &left, &right, $0, &result)
    }
    try check(status, "dnnl_matmul_desc_init")
    return try PrimitiveDescriptor(
      operation, engine: engine, name: "matrix product", postOperation: postOperation)
  }
}
