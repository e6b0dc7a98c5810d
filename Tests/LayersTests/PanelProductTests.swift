import OneDNN
import Tensors
import Testing

@testable import Layers

/// Products over weights in panels, against plain loops over small whole numbers, for which every
/// order of summation is exact.
@Suite struct PanelProductTests {
  struct Size: CustomTestStringConvertible {
    var rows: Int
    var inputs: Int
    var outputs: Int
    var testDescription: String { "\(rows) × \(inputs) → \(outputs)" }
    init(_ rows: Int, _ inputs: Int, _ outputs: Int) {
      (self.rows, self.inputs, self.outputs) = (rows, inputs, outputs)
    }
  }

  /// Sizes at and around every border: of tiles, chunks, panels and blocks.
  static let sizes: [Size] =
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 16, 17, 32].map { Size($0, 40, 48) }
    + [32, 33, 38, 39, 47, 48, 49].map { Size(6, $0, 33) }
    + [Size(10, 191, 32), Size(10, 193, 32), Size(5, 255, 47), Size(5, 257, 32)]
    + [Size(7, 40, 255), Size(7, 40, 257), Size(255, 33, 32), Size(256, 35, 34)]
    + [Size(257, 34, 33), Size(300, 270, 290)]

  private func numbers(_ count: Int, _ period: Int) -> [Float] {
    (0..<count).map { Float(($0 * 7 + 3) % period - period / 2) }
  }

  @Test("products equal plain loops, and padding becomes zero", arguments: sizes, [true, false])
  func exact(size: Size, usesBias: Bool) {
    let (rows, inputs, outputs) = (size.rows, size.inputs, size.outputs)
    let panels = (outputs + 15) / 16
    func place(_ output: Int, _ input: Int) -> Int {
      (output / 16 * inputs + input) * 16 + output % 16
    }
    let (x, w) = (numbers(rows * inputs, 5), numbers(outputs * inputs, 7))
    let (b, dz) = (numbers(outputs, 11), numbers(rows * outputs, 3))
    // Whatever is not to be read or kept is not a number.
    var stored = [Float](repeating: 0, count: panels * inputs * 16)
    for o in 0..<outputs {
      for i in 0..<inputs { stored[place(o, i)] = w[o * inputs + i] }
    }
    let product = PanelProduct(rows: rows, inputs: inputs, outputs: outputs)
    let guards = 64
    func room(_ count: Int) -> [Float] { [Float](repeating: .nan, count: count + guards) }
    var (z, dw, dx) = (room(rows * outputs), room(stored.count), room(rows * inputs))
    var scratch = room(product.scratch)
    scratch.withUnsafeMutableBufferPointer { scratch in
      guard let place = scratch.baseAddress else { return }
      z.withUnsafeMutableBufferPointer { z in
        b.withUnsafeBufferPointer { b in
          guard let z = z.baseAddress else { return }
          product.forward(x, stored, usesBias ? b.baseAddress : nil, z, scratch: place)
        }
      }
      for i in scratch.indices { scratch[i] = .nan }
      dw.withUnsafeMutableBufferPointer { dw in
        guard let dw = dw.baseAddress else { return }
        product.backwardWeights(x, dz, dw, scratch: place)
      }
      for i in scratch.indices { scratch[i] = .nan }
      dx.withUnsafeMutableBufferPointer { dx in
        guard let dx = dx.baseAddress else { return }
        product.backwardData(dz, stored, dx, scratch: place)
      }
    }
    for values in [z, dw, dx, scratch] {
      let isUntouched = values.suffix(guards).allSatisfy { $0.isNaN }
      #expect(isUntouched, "written beyond the end")
    }

    var (byLoops, byWeights) = ([Float](), [Float](repeating: 0, count: stored.count))
    var byData = [Float](repeating: 0, count: rows * inputs)
    for row in 0..<rows {
      for o in 0..<outputs {
        var sum = usesBias ? b[o] : 0
        let d = dz[row * outputs + o]
        for i in 0..<inputs {
          sum += x[row * inputs + i] * w[o * inputs + i]
          byWeights[place(o, i)] += d * x[row * inputs + i]
          byData[row * inputs + i] += d * w[o * inputs + i]
        }
        byLoops.append(sum)
      }
    }
    #expect(Array(z.dropLast(guards)) == byLoops)
    #expect(Array(dw.dropLast(guards)) == byWeights)
    #expect(Array(dx.dropLast(guards)) == byData)
  }

  @Test("a row's result does not depend on how many rows there are")
  func rowsAreIndependent() {
    let (inputs, outputs) = (300, 50)
    let w = (0..<4 * inputs * 16).map { Float(($0 * 37 + 11) % 101 - 50) * 0.013 }
    let x = (0..<70 * inputs).map { Float(($0 * 53 + 7) % 97 - 48) * 0.017 }
    func forward(_ rows: Int) -> [Float] {
      let product = PanelProduct(rows: rows, inputs: inputs, outputs: outputs)
      var z = [Float](repeating: 0, count: rows * outputs)
      var scratch = [Float](repeating: 0, count: product.scratch)
      z.withUnsafeMutableBufferPointer { z in
        scratch.withUnsafeMutableBufferPointer { scratch in
          guard let z = z.baseAddress, let scratch = scratch.baseAddress else { return }
          product.forward(x, w, nil, z, scratch: scratch)
        }
      }
      return z
    }
    let whole = forward(70)
    for rows in [1, 2, 5, 6, 16, 33, 69] {
      #expect(forward(rows) == Array(whole.prefix(rows * outputs)))
    }
  }

  @Test("tiles cover all rows, with as few beyond the last as there can be", arguments: 1...300)
  func tiling(count: Int) {
    let tiling = PanelTiling(count)
    var row = 0
    while row < count { row += tiling.height(at: row) }
    #expect(row == tiling.covered)
    let even = (count + 1) / 2 * 2
    #expect(tiling.covered == max(even, 4))
  }

  @Test("parameters come back from panels, whose padding is zero", arguments: [(33, 40), (48, 7)])
  func layout(outputs: Int, inputs: Int) throws {
    let engine = try Engine()
    let order = try MemoryDescriptor(panels: [outputs, inputs], rows: 16)
    let layout = try BlockedLayout(order, engine: engine, stream: try Stream(engine: engine))
    let panels = (outputs + 15) / 16
    #expect(layout.storedCount == panels * 16 * inputs)
    let plain = FloatStorage((0..<outputs * inputs).map { Float($0 + 1) })
    let stored = FloatStorage([Float](repeating: .nan, count: layout.storedCount))
    var span = stored.mutableSpan
    layout.store(plain.span, into: &span)
    for o in 0..<panels * 16 {
      for i in 0..<inputs {
        let value = stored.span[(o / 16 * inputs + i) * 16 + o % 16]
        #expect(value == (o < outputs ? Float(o * inputs + i + 1) : 0))
      }
    }
    let back = FloatStorage(count: outputs * inputs)
    var target = back.mutableSpan
    layout.load(stored.span, into: &target)
    #expect(back.array == plain.array)
  }
}
