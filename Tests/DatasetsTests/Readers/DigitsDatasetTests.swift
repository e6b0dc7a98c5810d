import Datasets
import Testing

@Suite struct DigitsDatasetTests {
  @Test func theyAreScikitLearnsDigits() throws {
    // Figures by scikit-learn 1.9.1, load_digits().
    let dataset = try DigitsDataset.load()
    #expect(dataset.count == 1797 && dataset.inputShape == [1, 8, 8])
    #expect(dataset.targets == .classes((0..<10).map(String.init)))
    let all = try read(dataset)
    #expect(all.inputs.reduce(0, +) == 561_718)
    #expect(all.inputs.min() == 0 && all.inputs.max() == 16)
    #expect(
      all.inputs[..<24] == [
        0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0, 0, 3, 15, 2, 0, 11, 8, 0,
      ])
    #expect(try read(dataset, [1796]).inputs.reduce(0, +) == 392)
    #expect(all.targets[..<12] == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1])
    var counts = [Int](repeating: 0, count: 10)
    for label in all.targets { counts[Int(label)] += 1 }
    #expect(counts == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
  }
}
