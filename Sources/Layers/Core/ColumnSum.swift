/// Sums down the columns of a matrix: the gradient by a bias.
enum ColumnSum {
  private typealias Vector = SIMD8<Float>

  /// sums[j] = Σᵢ matrix[i, j], rows in order; these lie `stride` floats apart, without it as many as
  /// there are columns.
  static func overRows(
    _ matrix: UnsafePointer<Float>, into sums: UnsafeMutablePointer<Float>, rows: Int,
    columns: Int, stride: Int? = nil
  ) {
    let stride = stride ?? columns
    var column = 0
    while column + 32 <= columns {
      var (a, b, c, d) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
      var row = UnsafeRawPointer(matrix + column)
      for _ in 0..<rows {
        a += row.loadUnaligned(as: Vector.self)
        b += row.loadUnaligned(fromByteOffset: 32, as: Vector.self)
        c += row.loadUnaligned(fromByteOffset: 64, as: Vector.self)
        d += row.loadUnaligned(fromByteOffset: 96, as: Vector.self)
        row += stride * MemoryLayout<Float>.stride
      }
      let target = UnsafeMutableRawPointer(sums + column)
      target.storeBytes(of: a, as: Vector.self)
      target.storeBytes(of: b, toByteOffset: 32, as: Vector.self)
      target.storeBytes(of: c, toByteOffset: 64, as: Vector.self)
      target.storeBytes(of: d, toByteOffset: 96, as: Vector.self)
      column += 32
    }
    while column < columns {
      var sum: Float = 0
      for row in 0..<rows { sum += matrix[row * stride + column] }
      sums[column] = sum
      column += 1
    }
  }
}
