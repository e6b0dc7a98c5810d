import Tensors
import Testing

struct RandomKeyTests {
  @Test func purposesSeedsAndValuesGiveDifferentKeys() {
    var keys = Set<RandomKey>()
    var made = 0
    for seed in [0, 1, 2, 1 << 32, UInt64.max] {
      for purpose in RandomPurpose.allCases {
        let key = RandomKey(seed: seed, purpose: purpose)
        keys.insert(key)
        made += 1
        for value in [0, 1, 2, 3, 1 << 32, UInt64.max] {
          keys.insert(key.derive(value))
          made += 1
        }
      }
    }
    #expect(keys.count == made)
  }

  @Test func theOrderOfDerivationsCounts() {
    let key = RandomKey(seed: 7, purpose: .dropout)
    #expect(key.derive(1).derive(2) != key.derive(2).derive(1))
    #expect(key.derive(1).derive(2) == RandomKey(seed: 7, purpose: .dropout).derive(1).derive(2))
  }

  /// What a seed means must never change, or old runs could not be repeated.
  @Test func keysAreWhatTheyAlwaysWere() {
    let key = RandomKey(seed: 1, purpose: .initialization)
    #expect(key == RandomKey(low: 1_027_686_878, high: 2_533_987_581))
    #expect(key.derive(3) == RandomKey(low: 329_376_037, high: 3_960_204_030))
  }
}
