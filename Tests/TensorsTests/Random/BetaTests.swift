import Testing

@testable import Tensors

/// Draws from the beta distribution, and the first numbers of a key.
@Suite struct BetaTests {
  @Test(
    "mean ½ and variance 1/(4(2α + 1)), between 0 and 1",
    arguments: [0.05, 0.2, 1, 4, 100] as [Float])
  func moments(alpha: Float) {
    let base = RandomKey(seed: 3, purpose: .augmentation)
    let draws = (0..<8000).map { Double(drawBeta(alpha: alpha, key: base.derive($0))) }
    let mean = draws.reduce(0, +) / 8000
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 8000
    let wanted = 1 / (4 * (2 * Double(alpha) + 1))
    #expect(draws.allSatisfy { $0 >= 0 && $0 <= 1 })
    #expect(abs(mean - 0.5) < 5 * (wanted / 8000).squareRoot())
    #expect(abs(variance / wanted - 1) < 0.06)
    if alpha == 1 {
      // Even: a tenth in each tenth.
      for tenth in 0..<10 {
        #expect(abs(draws.filter { Int($0 * 10) == tenth }.count - 800) < 140)
      }
    }
  }

  @Test("the first four numbers are those that a row begins with")
  func uniforms() {
    let key = RandomKey(seed: 77, purpose: .augmentation)
    var row = [Float](repeating: 0, count: 9)
    var span = row.mutableSpan
    fillUniform(&span, low: 0, high: 1, key: key)
    #expect((0..<4).map { key.uniforms[$0] } == Array(row.prefix(4)))
    #expect(key.words(block: 1) != key.words())
  }

  @Test("whole numbers are drawn evenly")
  func indices() {
    let base = RandomKey(seed: 2, purpose: .augmentation)
    var counts = [Int](repeating: 0, count: 7)
    for i in 0..<7000 { counts[base.derive(UInt64(i)).index(below: 7)] += 1 }
    #expect(counts.allSatisfy { abs($0 - 1000) < 150 })
    #expect(base.index(below: 1) == 0)
  }
}
