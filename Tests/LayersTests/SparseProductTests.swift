import Tensors
import Testing

@testable import Layers

/// Products that leave zeros out, against plain loops over small whole numbers, for which every order of
/// summation is exact.
@Suite struct SparseProductTests {
  /// Every `period`-th number or so is not zero.
  private func sparse(_ count: Int, _ period: Int) -> [Float] {
    (0..<count).map { i in
      let drawn = (i &* 2_654_435_761) >> 7 & 0xFFFF
      return drawn % period == 0 ? Float(drawn % 5 - 2) : i % 3 == 0 ? -0.0 : 0
    }
  }

  private func numbers(_ count: Int, _ period: Int) -> [Float] {
    (0..<count).map { Float(($0 * 7 + 3) % period - period / 2) }
  }

  /// Room full of what must not be read before it is written, with guards behind it.
  private func room(_ count: Int) -> FloatStorage {
    FloatStorage([Float](repeating: .nan, count: count + 16))
  }

  @Test(
    "products equal plain loops, at every border of blocks and panels",
    arguments: [
      (1, 64, 64), (2, 65, 71), (3, 97, 64), (8, 127, 128), (9, 193, 129), (20, 200, 67),
      (50, 71, 140), (113, 70, 65),
    ])
  func exact(rows: Int, width: Int, outputs: Int) {
    let (x, y) = (sparse(rows * width, 5), sparse(rows * width, 9))
    let (w, bias) = (numbers(outputs * width, 7), numbers(outputs, 11))
    let f = numbers(2 * rows * outputs, 5)
    let memory = SparseProduct.memory(rows: rows, width: width)
    let scratch = room(SparseProduct.scratch(rows: rows, width: width))
    let (first, second) = (room(memory), room(memory))
    func product(_ storage: FloatStorage) -> SparseProduct {
      SparseProduct(rows: rows, width: width, memory: storage.base, scratch: scratch.base)
    }
    let (data, below) = (product(first), product(second))
    #expect(data.list(x) && below.list(y))
    let (up, down) = (room(rows * outputs), room(rows * outputs))
    let statistics = room(outputs * width)
    let added = room(outputs * width)
    added.base.update(repeating: 3, count: outputs * width)
    data.timesTransposed(w, bias: bias, outputs: outputs, into: up.base)
    // The same numbers as [width, outputs].
    data.times(w, bias: bias, outputs: outputs, into: down.base)
    f.withUnsafeBufferPointer { f in
      guard let f = f.baseAddress else { return }
      data.correlate(f, outputs: outputs, into: statistics.base, adding: false)
      below.correlate(f + rows * outputs, outputs: outputs, into: added.base, adding: true)
    }
    for row in 0..<rows {
      for o in 0..<outputs {
        var (turned, plain) = (bias[o], bias[o])
        for i in 0..<width {
          turned += x[row * width + i] * w[o * width + i]
          plain += x[row * width + i] * w[i * outputs + o]
        }
        #expect(up.base[row * outputs + o] == turned && down.base[row * outputs + o] == plain)
      }
    }
    for o in 0..<outputs {
      for i in 0..<width {
        var (sum, more): (Float, Float) = (0, 3)
        for row in 0..<rows {
          sum += f[row * outputs + o] * x[row * width + i]
          more += f[(rows + row) * outputs + o] * y[row * width + i]
        }
        #expect(statistics.base[i * outputs + o] == sum && added.base[i * outputs + o] == more)
      }
    }
    for storage in [first, second, scratch, up, down, statistics, added] {
      #expect(storage.array.suffix(16).allSatisfy { $0.isNaN }, "written beyond the end")
    }
  }

  @Test("a matrix of which more than half is not zero is left to products of all numbers")
  func dense() {
    let (rows, width) = (6, 66)
    let memory = room(SparseProduct.memory(rows: rows, width: width))
    let scratch = room(SparseProduct.scratch(rows: rows, width: width))
    let product = SparseProduct(
      rows: rows, width: width, memory: memory.base, scratch: scratch.base)
    var x = [Float](repeating: 0, count: rows * width)
    for i in 0..<rows * width / 2 { x[i * 2] = 1 }
    #expect(product.list(x))
    x[1] = .nan
    #expect(!product.list(x))
    #expect(!product.list(numbers(rows * width, 5).map { $0 + 0.5 }))
    #expect(memory.array.suffix(16).allSatisfy { $0.isNaN })
    #expect(
      !SparseProduct.fits(width: 63, outputs: 64) && !SparseProduct.fits(width: 64, outputs: 63))
  }
}
