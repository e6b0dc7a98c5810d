import Datasets
import Testing

@Suite struct SubsetTests {
  private func source() throws -> ArrayDataset {
    try SyntheticDataset(inputShape: [3], targets: .classes(4), count: 20).make()
  }

  @Test func samplesComeInTheOrderOfTheSubset() throws {
    let base = try source()
    let subset = Subset(base, [7, 3, 19, 3])
    #expect(subset.count == 4 && subset.inputShape == [3] && subset.targets == base.targets)
    #expect(try read(subset) == read(base, [7, 3, 19, 3]))
    #expect(try read(subset, [2, 0]) == read(base, [19, 7]))
    #expect(
      try read(subset, [1], form: .oneHot, targetWidth: 4)
        == read(base, [3], form: .oneHot, targetWidth: 4))
    #expect(subset.baseIndex(2) == 19)
    #expect(Float(subset.classIndex(of: 2)) == (try read(base, [19]).targets[0]))
  }

  @Test func theFirstSamplesAreTaken() throws {
    let base = try source()
    let first = try Subset(base, first: 5)
    #expect(try read(first) == read(base, Array(0..<5)))
    for count in [0, -1, 21] {
      expectFailure(.badRequest, "first \(count)", "1 to 20") {
        _ = try Subset(base, first: count)
      }
    }
  }
}
