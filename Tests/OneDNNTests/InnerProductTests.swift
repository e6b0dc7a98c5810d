import OneDNN
import Testing

/// The binding against plain loops: if this fails, nothing above can work.
@Suite struct InnerProductTests {
  @Test(
    "products in the layouts that oneDNN likes best equal plain loops",
    arguments: [(1, 1, 1), (3, 5, 7), (8, 64, 32), (33, 17, 19)])
  func forward(rows: Int, width: Int, units: Int) throws {
    let engine = try Engine()
    let stream = try Stream(engine: engine)
    let x = (0..<rows * width).map { Float($0 % 13) - 6 }
    let w = (0..<units * width).map { Float($0 % 7) - 3 }
    let b = (0..<units).map { Float($0 % 5) }

    let plain = (
      x: try MemoryDescriptor(plain: [rows, width]),
      w: try MemoryDescriptor(plain: [units, width]),
      b: try MemoryDescriptor(plain: [units]), y: try MemoryDescriptor(plain: [rows, units])
    )
    let product = try InnerProduct.forward(
      source: plain.x, weights: MemoryDescriptor(any: [units, width]), bias: plain.b,
      destination: plain.y, postOperation: nil, training: true, engine: engine)
    let layout = try product.requiredLayout(.weights)
    #expect(layout.dimensions == [units, width])
    #expect(layout.storedCount >= units * width)

    try withBuffers([
      x, w, b, [Float](repeating: .nan, count: rows * units),
      [Float](repeating: .nan, count: layout.storedCount),
      [Float](repeating: 0, count: max(product.scratchCount, 1)),
    ]) { buffers in
      func memory(_ descriptor: MemoryDescriptor, _ index: Int) throws -> Memory {
        let memory = try Memory(descriptor, engine: engine)
        memory.move(to: buffers[index])
        return memory
      }
      let weights = try memory(layout, 4)
      let reorder = try Reorder.descriptor(from: plain.w, to: layout, engine: engine)
      try Execution(reorder, [(.source, memory(plain.w, 1)), (.destination, weights)]).run(stream)
      var arguments: [(Argument, Memory)] = [
        (.source, try memory(plain.x, 0)), (.weights, weights), (.bias, try memory(plain.b, 2)),
        (.destination, try memory(plain.y, 3)),
      ]
      if let scratch = product.layout(.scratchpad) {
        arguments.append((.scratchpad, try memory(scratch, 5)))
      }
      try Execution(product, arguments).run(stream)
      for row in 0..<rows {
        for unit in 0..<units {
          // Small whole numbers: every order of summation is exact.
          let wanted = (0..<width).reduce(b[unit]) {
            $0 + x[row * width + $1] * w[unit * width + $1]
          }
          #expect(buffers[3][row * units + unit] == wanted)
        }
      }
    }
  }

  @Test func aNonsensicalProductIsAnErrorThatNamesTheCall() throws {
    let engine = try Engine()
    let error = try #require(throws: OneDNNError.self) {
      _ = try InnerProduct.forward(
        source: MemoryDescriptor(plain: [2, 3]), weights: MemoryDescriptor(plain: [4, 5]),
        bias: nil, destination: MemoryDescriptor(plain: [2, 4]), postOperation: nil,
        training: false, engine: engine)
    }
    #expect(
      error.description.contains("inner_product") || error.description.contains("inner product"))
  }

  /// Runs `body` with copies of `contents`, aligned as the primitives like them.
  private func withBuffers(
    _ contents: [[Float]], _ body: ([UnsafeMutablePointer<Float>]) throws -> Void
  ) throws {
    let raw = contents.map {
      UnsafeMutableRawPointer.allocate(byteCount: 4 * $0.count, alignment: 64)
    }
    defer { for pointer in raw { pointer.deallocate() } }
    let buffers = zip(raw, contents).map { pointer, values in
      let buffer = pointer.bindMemory(to: Float.self, capacity: values.count)
      for (i, value) in values.enumerated() { buffer[i] = value }
      return buffer
    }
    try body(buffers)
  }
}
