import COneDNN

/// Products of two matrices in any row or column order, with any distance between rows.
public enum MatrixProduct {
  /// result = f(left · right + bias), with `left` [m, k], `right` [k, n], `bias` [n].
  public static func descriptor(
    left: MemoryDescriptor, right: MemoryDescriptor, bias: MemoryDescriptor? = nil,
    result: MemoryDescriptor, postOperation: PostOperation? = nil, engine: Engine
  ) throws(OneDNNError) -> PrimitiveDescriptor {
    // oneDNN wants the bias as a matrix of one row.
    let row: MemoryDescriptor? =
      if let bias {
        try MemoryDescriptor(plain: [1, bias.dimensions[0]])
      } else {
        nil
      }
    return try PrimitiveDescriptor(
      "matrix product", engine: engine, layouts: [left, right, row, result],
      postOperation: postOperation
    ) {
      nn_dnnl_matmul($0, engine.raw, left.raw, right.raw, row?.raw, result.raw, $1)
    }
  }
}
