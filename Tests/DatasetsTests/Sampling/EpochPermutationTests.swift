import Datasets
import Tensors
import Testing

@Suite struct EpochPermutationTests {
  private let key = RandomKey(low: 1, high: 2)

  @Test func everySampleComesOnceInEveryEpoch() {
    for count in Array(1...70) + [255, 256, 257, 1024, 1797] {
      for epoch in 0..<3 {
        let order = EpochPermutation(count: count, key: key, epoch: epoch)
        #expect((0..<count).map { order($0) }.sorted() == Array(0..<count))
      }
    }
  }

  @Test func theOrderDependsOnKeyAndEpochAlone() {
    func order(_ key: RandomKey?, _ epoch: Int) -> [Int] {
      let order = EpochPermutation(count: 500, key: key, epoch: epoch)
      return (0..<500).map { order($0) }
    }
    #expect(order(key, 3) == order(key, 3))
    #expect(order(key, 3) != order(key, 4))
    #expect(order(RandomKey(low: 2, high: 2), 3) != order(key, 3))
    #expect(order(RandomKey(low: 1, high: 3), 3) != order(key, 3))
    #expect(order(nil, 3) == Array(0..<500))
  }

  @Test func positionsAndSamplesAreUnrelated() {
    // Mean displacement of a random order is n/3; correlation and fixed points are near 0 and 1.
    let n = 4000
    var (product, fixed) = (0.0, 0)
    for epoch in 0..<20 {
      let order = EpochPermutation(count: n, key: key, epoch: epoch)
      let middle = Double(n - 1) / 2
      for position in 0..<n {
        product += (Double(position) - middle) * (Double(order(position)) - middle)
        if order(position) == position { fixed += 1 }
      }
    }
    let variance = Double(n * n - 1) / 12
    // Five standard errors: 1/√(20·4000) each way; 20 fixed points expected.
    #expect(abs(product / (Double(20 * n) * variance)) < 0.018)
    #expect(fixed < 45)
  }
}
