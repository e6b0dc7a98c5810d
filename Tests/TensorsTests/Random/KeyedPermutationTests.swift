import Tensors
import Testing

struct KeyedPermutationTests {
  let key = RandomKey(seed: 11, purpose: .order)

  @Test func isABijectionForEverySmallCount() {
    for count in 0...600 {
      let order = KeyedPermutation(count: count, key: key.derive(UInt64(count)))
      let places = (0..<count).map { order($0) }
      #expect(places.sorted() == Array(0..<count), "\(count) things")
    }
  }

  @Test(arguments: [1 << 16, (1 << 16) + 1, 60_000])
  func isABijectionForLargerCounts(count: Int) {
    let order = KeyedPermutation(count: count, key: key)
    var seen = [Bool](repeating: false, count: count)
    for position in 0..<count { seen[order(position)] = true }
    #expect(seen.allSatisfy { $0 })
  }

  @Test func reachesFarBeyondMemory() {
    let order = KeyedPermutation(count: 1 << 50, key: key)
    let places = (0..<1000).map { order($0) }
    #expect(Set(places).count == 1000)
    #expect(places.contains { $0 > 1 << 49 } && places.contains { $0 < 1 << 49 })
  }

  /// All 24 orders of 4 things are equally frequent: χ² with 23 degrees of freedom exceeds 60 once in
  /// 28,000 times.
  @Test func everyOrderIsEquallyLikely() {
    var seen = [[Int]: Int]()
    for trial in 0..<24_000 {
      let order = KeyedPermutation(count: 4, key: key.derive(UInt64(trial)))
      seen[(0..<4).map { order($0) }, default: 0] += 1
    }
    #expect(seen.count == 24)
    let chiSquare = seen.values.reduce(0.0) {
      $0 + (Double($1) - 1000) * (Double($1) - 1000) / 1000
    }
    #expect(chiSquare < 60)
  }

  /// The places of two positions are as good as independent: 100 × 99 boxes of 20 expected, where χ²
  /// has the standard deviation 141.
  @Test func pairsOfPlacesAreEven() {
    let count = 100
    var seen = [Int](repeating: 0, count: count * count)
    for trial in 0..<(20 * count * (count - 1)) {
      let order = KeyedPermutation(count: count, key: key.derive(UInt64(trial)))
      seen[order(0) * count + order(1)] += 1
    }
    var chiSquare = 0.0
    for a in 0..<count {
      for b in 0..<count where a != b {
        let excess = Double(seen[a * count + b]) - 20
        chiSquare += excess * excess / 20
      }
    }
    #expect(abs(chiSquare - 9899) < 5 * 141)
  }
}
