import Foundation
import Tensors
import Testing

struct NormalTests {
  let key = RandomKey(seed: 5, purpose: .synthetic)

  @Test func aDrawDependsOnItsPositionAlone() {
    #expect(
      partsAgree { fillNormal(&$0, mean: 1, standardDeviation: 2, key: key, startingAt: $1) })
    #expect(
      partsAgree {
        fillTruncatedNormal(&$0, mean: 1, standardDeviation: 2, key: key, startingAt: $1)
      })
  }

  @Test func momentsOfTheNormal() {
    let values = draws(1 << 18) { fillNormal(&$0, mean: 1, standardDeviation: 2, key: key) }
    let (mean, deviation) = moments(values)
    #expect(abs(mean - 1) < 5 * 2 / 512)
    #expect(abs(deviation - 2) < 5 * 2 / 512 / 2.0.squareRoot())
    let z = values.map { (Double($0) - 1) / 2 }
    let kurtosis = z.reduce(0) { $0 + pow($1, 4) } / Double(z.count)
    #expect(abs(kurtosis - 3) < 5 * 96.0.squareRoot() / 512)
    #expect(z.contains { $0 > 3.5 } && z.contains { $0 < -3.5 })
  }

  /// The Kolmogorov-Smirnov distance to Φ stays below 2.2/√n, which chance exceeds once in 8,000.
  @Test func shapeOfTheNormal() {
    let values = draws(1 << 16) { fillNormal(&$0, mean: 0, standardDeviation: 1, key: key) }
    let distance = distanceTo(values) { 0.5 * erfc(-$0 / 2.0.squareRoot()) }
    #expect(distance < 2.2 / 256)
  }

  @Test func theTruncatedNormalEndsAtTwoDeviations() {
    let values = draws(1 << 18) {
      fillTruncatedNormal(&$0, mean: 1, standardDeviation: 2, key: key)
    }
    let (mean, deviation) = moments(values)
    #expect(abs(mean - 1) < 5 * 1.76 / 512)
    #expect(abs(deviation - 2 * 0.87962566103423978) < 5 * 1.2 / 512)
    #expect(values.allSatisfy { abs($0 - 1) <= 4 })
    #expect(values.contains { $0 > 4.98 } && values.contains { $0 < -2.98 })
    let lower = 0.5 * erfc(2 / 2.0.squareRoot())
    let distance = distanceTo(Array(values[..<65536])) {
      (0.5 * erfc(-($0 - 1) / 2 / 2.0.squareRoot()) - lower) / (1 - 2 * lower)
    }
    #expect(distance < 2.2 / 256)
  }

  private func distanceTo(_ values: [Float], _ cumulative: (Double) -> Double) -> Double {
    var largest = 0.0
    for (rank, value) in values.sorted().enumerated() {
      let expected = cumulative(Double(value))
      let n = Double(values.count)
      largest = max(largest, abs(Double(rank) / n - expected), abs(Double(rank + 1) / n - expected))
    }
    return largest
  }
}
