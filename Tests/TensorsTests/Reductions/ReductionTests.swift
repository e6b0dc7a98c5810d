import Foundation
import Tensors
import Testing
import _TestSupport

/// Sums against exact or compensated sums, and the order in which they are formed.
struct ReductionTests {
  static let counts = [0, 1, 5, 15, 16, 17, 31, 32, 100, 1000, 4096, 4097, 10_000]

  private func numbers(_ count: Int) -> [Float] {
    let storage = FloatStorage(count: count)
    var span = storage.mutableSpan
    fillNormal(
      &span, mean: 0.5, standardDeviation: 3, key: RandomKey(seed: 1, purpose: .synthetic))
    return storage.array
  }

  @Test(arguments: counts)
  func sumsAndNorms(count: Int) {
    let x = numbers(count)
    let storage = FloatStorage(x)
    let size = x.reduce(0) { $0 + abs(Double($1)) }
    let plain = x.reduce(0) { $0 + Double($1) }
    #expect(abs(sum(storage.span) - plain) <= 1e-14 * size)
    #expect(abs(Double(laneSum(storage.span)) - plain) <= 2e-6 * size)
    let squares = x.reduce(0) { $0 + Double($1) * Double($1) }
    #expect(abs(squaredNorm(storage.span) - squares) <= 1e-13 * squares)
  }

  /// 2²⁴ swallows a 1 added to it, so a single-precision sum tells in which order it was formed.
  @Test func lanesAreFormedAsDocumented() {
    var x = [Float](repeating: 1, count: 33)
    x[0] = 0x1p24
    // Lane 0 swallows elements 16 and 32; then the tree adds 8, 4, 2 and 1 lanes.
    var lanes = (0..<16).map { lane in (1..<2).reduce(x[lane]) { sum, k in sum + x[lane + 16 * k] }
    }
    lanes[0] += x[32]
    while lanes.count > 1 {
      let half = lanes.count / 2
      lanes = (0..<half).map { lanes[$0] + lanes[$0 + half] }
    }
    #expect(laneSum(FloatStorage(x).span) == lanes[0])
    #expect(laneSum(FloatStorage(x).span) != x.reduce(0, +) + 31)
  }

  @Test func normsAddChunksInOrder() {
    let x = numbers(10_000)
    let storage = FloatStorage(x)
    var expected = 0.0
    for first in stride(from: 0, to: x.count, by: squaredNormChunk) {
      expected += squaredNorm(storage.span(first..<min(first + squaredNormChunk, x.count)))
    }
    #expect(squaredNorm(storage.span) == expected)
  }

  @Test(arguments: [1, 10, 15, 16, 100, 129, 1000])
  func exponentialsSumToTheSameBitsStoredOrNot(count: Int) {
    let x = numbers(count)
    let storage = FloatStorage(x)
    let shift = maximum(storage.span)
    #expect(shift == x.max())
    let terms = FloatStorage(x.map { $0 - shift })
    var span = terms.mutableSpan
    vectorExp(&span)
    #expect(laneSumOfExponentials(storage.span, minus: shift) == laneSum(terms.span))
  }

  @Test func maximumAndItsPlace() {
    #expect(argMax(FloatStorage([1, 3, 2, 3]).span) == 1)
    #expect(argMax(FloatStorage([-1, -3]).span) == 0)
    #expect(argMax(FloatStorage([.nan, -3, -2]).span) == 2)
    #expect(argMax(FloatStorage([-.infinity, -.infinity]).span) == 0)
    #expect(maximum(FloatStorage([Float]()).span) == -.infinity)
    #expect(maximum(FloatStorage([.nan, -3, .infinity]).span) == .infinity)
    for place in 0..<40 {
      var x = [Float](repeating: -7, count: 40)
      x[place] = -1
      #expect(maximum(FloatStorage(x).span) == -1)
      #expect(argMax(FloatStorage(x).span) == place)
    }
  }
}
