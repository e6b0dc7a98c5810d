import Datasets
import Testing

@Suite struct ConcatenatedTests {
  @Test func partsFollowOneAnother() throws {
    let parts = try (1...3).map { seed in
      try SyntheticDataset(
        inputShape: [2], targets: .values(1), count: 2 * seed, seed: UInt64(seed)
      ).make()
    }
    let all = try Concatenated(parts)
    #expect(all.count == 12)
    let expected = try parts.map { try read($0) }
    #expect(try read(all).inputs == expected.flatMap(\.inputs))
    #expect(try read(all).targets == expected.flatMap(\.targets))
    let order = [11, 0, 1, 6, 5, 2, 2, 11]
    let picked = try read(all, order)
    for (k, index) in order.enumerated() {
      #expect(try picked.inputs[2 * k..<2 * k + 2].elementsEqual(read(all, [index]).inputs))
      #expect(try picked.targets[k] == read(all, [index]).targets[0])
    }
  }

  @Test func partsMustMatch() throws {
    let a = try SyntheticDataset(inputShape: [2], targets: .classes(3), count: 4).make()
    let b = try SyntheticDataset(inputShape: [3], targets: .classes(3), count: 4).make()
    let c = try SyntheticDataset(inputShape: [2], targets: .values(1), count: 4).make()
    expectFailure(.badRequest, "file 2", "shape 3", "has 2") { _ = try Concatenated([a, b]) }
    expectFailure(.badRequest, "file 3", "1 target values", "3 classes") {
      _ = try Concatenated([a, a, c])
    }
  }
}
