import Datasets
import Testing

@Suite struct SyntheticDatasetTests {
  @Test func inputsAreStandardNormalAndClassesUniform() throws {
    let dataset = try SyntheticDataset(
      inputShape: [1, 5, 5], targets: .classes(4), count: 4000, seed: 3
    ).make()
    #expect(dataset.count == 4000 && dataset.inputShape == [1, 5, 5])
    let all = try read(dataset)
    let n = Double(all.inputs.count)
    let mean = all.inputs.reduce(0) { $0 + Double($1) } / n
    let square = all.inputs.reduce(0) { $0 + Double($1) * Double($1) } / n
    let within = Double(all.inputs.count { abs($0) < 1 }) / n
    // Five standard errors of 100,000 draws.
    #expect(abs(mean) < 0.016 && abs(square - 1) < 0.023 && abs(within - 0.6827) < 0.0075)
    for label in 0..<4 { #expect(abs(all.targets.count { $0 == Float(label) } - 1000) < 140) }
  }

  @Test func numbersDependOnSeedAndPositionAlone() throws {
    let spec = SyntheticDataset(inputShape: [3], targets: .values(2), count: 10, seed: 1)
    let first = try read(spec.make())
    #expect(try read(spec.make()) == first)
    var longer = spec
    longer.count = 20
    #expect(try read(longer.make(), Array(0..<10)) == first)
    var other = spec
    other.seed = 2
    #expect(try read(other.make()).inputs != first.inputs)
    #expect(try spec.make().targets == .values(width: 2))
  }

  @Test func impossibleSizesAreRefused() {
    for spec in [
      SyntheticDataset(inputShape: [0], targets: .classes(2), count: 10),
      SyntheticDataset(inputShape: [4], targets: .classes(0), count: 10),
      SyntheticDataset(inputShape: [4], targets: .values(0), count: 10),
      SyntheticDataset(inputShape: [4], targets: .classes(2), count: 0),
      SyntheticDataset(inputShape: [1 << 40, 1 << 40], targets: .classes(2), count: 2),
      SyntheticDataset(inputShape: [1 << 20], targets: .classes(2), count: 1 << 20),
    ] {
      expectFailure(.badRequest, "synthetic") { _ = try spec.make() }
    }
  }
}
