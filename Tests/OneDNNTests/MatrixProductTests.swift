import OneDNN
import Testing

/// Products of matrices whose rows lie apart, against plain loops.
@Suite struct MatrixProductTests {
  @Test(
    "rows apart, down to one row and one column",
    arguments: [(6, 4, 1), (6, 1, 1), (1, 4, 1), (1, 4, 3), (6, 4, 3), (33, 17, 19)])
  func apart(rows: Int, depth: Int, columns: Int) throws {
    let engine = try Engine()
    let stream = try Stream(engine: engine)
    let gap = 16
    func layout(_ extents: [Int]) throws -> MemoryDescriptor {
      try MemoryDescriptor(matrix: extents, strides: [extents[1] + gap, 1])
    }
    let left = try layout([rows, depth])
    let right = try layout([depth, columns])
    let result = try layout([rows, columns])
    let product = try MatrixProduct.descriptor(
      left: left, right: right, result: result, engine: engine)
    let a = buffer(rows * (depth + gap)) { Float($0 % 13) - 6 }
    let b = buffer(depth * (columns + gap)) { Float($0 % 7) - 3 }
    let c = buffer(rows * (columns + gap)) { _ in 777 }
    let pad = buffer(product.scratchCount + 1) { _ in 0 }
    defer { for pointer in [a, b, c, pad] { pointer.deallocate() } }
    var arguments: [(Argument, Memory)] = [
      (.source, try Memory(left, engine: engine, at: a)),
      (.weights, try Memory(right, engine: engine, at: b)),
      (.destination, try Memory(result, engine: engine, at: c)),
    ]
    if let scratch = product.layout(.scratchpad) {
      arguments.append((.scratchpad, try Memory(scratch, engine: engine, at: pad)))
    }
    try Execution(product, arguments).run(stream)
    for row in 0..<rows {
      for column in 0..<columns + (row < rows - 1 ? gap : 0) {
        // Small whole numbers: every order of summation is exact. Gaps are left alone.
        let wanted: Float =
          column < columns
          ? (0..<depth).reduce(0) {
            $0 + a[row * (depth + gap) + $1] * b[$1 * (columns + gap) + column]
          } : 777
        #expect(c[row * (columns + gap) + column] == wanted)
      }
    }
  }

  private func buffer(_ count: Int, _ value: (Int) -> Float) -> UnsafeMutablePointer<Float> {
    let raw = UnsafeMutableRawPointer.allocate(byteCount: 4 * count, alignment: 64)
    let pointer = raw.bindMemory(to: Float.self, capacity: count)
    for i in 0..<count { pointer[i] = value(i) }
    return pointer
  }
}
