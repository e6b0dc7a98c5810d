import Tensors
import Testing

struct UniformTests {
  let key = RandomKey(seed: 3, purpose: .synthetic)

  @Test func aDrawDependsOnItsPositionAlone() {
    #expect(partsAgree { fillUniform(&$0, low: -1, high: 2, key: key, startingAt: $1) })
  }

  @Test func momentsBoundsAndEvenness() {
    let values = draws(1 << 18) { fillUniform(&$0, low: -1, high: 2, key: key) }
    let (mean, deviation) = moments(values)
    // Five standard errors: 0.866/√n for the mean, about 0.39/√n for the deviation.
    #expect(abs(mean - 0.5) < 5 * 0.866 / 512)
    #expect(abs(deviation - 0.8660254) < 5 * 0.39 / 512)
    #expect(values.allSatisfy { $0 >= -1 && $0 < 2 })
    // 64 equal boxes: χ² with 63 degrees of freedom exceeds 120 once in 50,000 times.
    var boxes = [Int](repeating: 0, count: 64)
    for value in values { boxes[min(63, Int((value + 1) / 3 * 64))] += 1 }
    let chiSquare = boxes.reduce(0.0) { $0 + (Double($1) - 4096) * (Double($1) - 4096) / 4096 }
    #expect(chiSquare < 120)
  }

  @Test func theUpperEndIsNeverReached() {
    // Here low + (high − low) · u rounds up to `high` for most of the u.
    let values = draws(4096) { fillUniform(&$0, low: 1, high: Float(1).nextUp, key: key) }
    #expect(values.allSatisfy { $0 == 1 })
  }

  @Test func keysGiveUncorrelatedStreams() {
    let n = 1 << 16
    let a = draws(n) { fillUniform(&$0, low: -1, high: 1, key: key) }
    let b = draws(n) { fillUniform(&$0, low: -1, high: 1, key: key.derive(1)) }
    let product = zip(a, b).reduce(0.0) { $0 + Double($1.0 * $1.1) } / Double(n) * 3
    #expect(abs(product) < 5 / Double(n).squareRoot())
  }
}
