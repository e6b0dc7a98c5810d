import Tensors
import Testing

struct BernoulliTests {
  let key = RandomKey(seed: 9, purpose: .dropout)

  @Test func aTossDependsOnItsPositionAlone() {
    #expect(partsAgree { fillDropoutMask(&$0, dropping: 0.4, key: key, startingAt: $1) })
  }

  @Test(arguments: [0.1, 0.5, 0.9] as [Float])
  func dropsTheRightShare(p: Float) {
    let values = draws(1 << 18) { fillDropoutMask(&$0, dropping: p, key: key) }
    let dropped = Double(values.count { $0 == 0 }) / Double(values.count)
    let q = Double(p)
    #expect(abs(dropped - q) < 5 * (q * (1 - q)).squareRoot() / 512)
    #expect(values.allSatisfy { $0 == 0 || $0 == 1 / (1 - p) })
  }

  @Test func theEndsAreExact() {
    #expect(draws(1000) { fillDropoutMask(&$0, dropping: 0, key: key) }.allSatisfy { $0 == 1 })
    #expect(draws(1000) { fillDropoutMask(&$0, dropping: 1, key: key) }.allSatisfy { $0 == 0 })
  }

  @Test func otherKeysGiveOtherMasks() {
    let a = draws(1000) { fillDropoutMask(&$0, dropping: 0.5, key: key) }
    let b = draws(1000) { fillDropoutMask(&$0, dropping: 0.5, key: key.derive(1)) }
    let equal = zip(a, b).count { $0 == $1 }
    #expect((400...600).contains(equal))
  }
}
