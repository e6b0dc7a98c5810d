import Datasets
import Tensors
import Testing

@Suite struct SplitTests {
  private let key = RandomKey(low: 5, high: 9)

  /// Samples whose input is their own index; classes by `label`.
  private func numbered(_ count: Int, in folder: TemporaryFolder, _ label: (Int) -> Int) throws
    -> ArrayDataset
  {
    let text = (0..<count).map { "\($0),c\(label($0))\n" }.joined()
    return try CSVReader.read(path: folder.file("numbered.csv", text), options: CSVOptions())
  }

  private func members(_ parts: Split.Parts) throws -> [[Int]] {
    try [parts.train, parts.validation, parts.test].map { part in
      try part.map { try read($0).inputs.map { Int($0) } } ?? []
    }
  }

  @Test(
    arguments: [2, 3, 5, 10, 97, 150],
    [[0, 0], [0, 0.2], [0.1, 0], [0.1, 0.2], [0.25, 1.0 / 3]] as [[Double]])
  func everySampleIsInExactlyOnePart(count: Int, fractions: [Double]) throws {
    let (validation, test) = (fractions[0], fractions[1])
    let dataset = try numbered(count, in: TemporaryFolder()) { $0 % 3 }
    let wanted = [validation, test].map { Int((Double(count) * $0).rounded()) }
    for order in [Split.Order.random, .sequential] {
      let split = Split(validation: validation, test: test, order: order, key: key)
      if (validation > 0 && wanted[0] == 0) || (test > 0 && wanted[1] == 0)
        || wanted[0] + wanted[1] == count
      {
        expectFailure(.badRequest, "data.split cuts \(count)") { _ = try split.parts(of: dataset) }
        continue
      }
      let parts = try split.parts(of: dataset)
      let sets = try members(parts)
      #expect(sets.flatMap { $0 }.sorted() == Array(0..<count))
      #expect([sets[1].count, sets[2].count] == wanted)
      #expect((parts.validation == nil) == (validation == 0) && (parts.test == nil) == (test == 0))
      for set in sets { #expect(set == set.sorted()) }
      if order == .sequential { #expect(sets.flatMap { $0 } == Array(0..<count)) }
    }
  }

  @Test func classesKeepTheirProportions() throws {
    // 100, 50 and 25 of three classes.
    let dataset = try numbered(175, in: TemporaryFolder()) { $0 % 7 < 4 ? 0 : $0 % 7 < 6 ? 1 : 2 }
    let parts = try Split(validation: 0.2, test: 0.4, key: key).parts(of: dataset)
    func counts(_ part: Subset?) throws -> [Int] {
      let labels = try read(#require(part)).targets
      return (0..<3).map { label in labels.count { $0 == Float(label) } }
    }
    #expect(try counts(parts.validation) == [20, 10, 5])
    #expect(try counts(parts.test) == [40, 20, 10])
    #expect(try counts(parts.train) == [40, 20, 10])
  }

  @Test func everyClassIsTrainedOnWhereThePartsCanBeFilledWithOthers() throws {
    // 5 classes of one sample, 3 of two, and 89 samples of one class.
    func label(_ sample: Int) -> Int { sample < 5 ? sample : sample < 11 ? 5 + sample % 3 : 9 }
    let dataset = try numbered(100, in: TemporaryFolder(), label)
    for seed in 0..<40 {
      let split = Split(
        validation: 0.3, test: 0.4, key: RandomKey(low: UInt32(seed), high: 1))
      let parts = try split.parts(of: dataset)
      #expect(parts.validation?.count == 30 && parts.test?.count == 40)
      #expect(Set(try read(parts.train).targets).count == 9, "seed \(seed)")
    }
    // Four classes of one sample each: a part of two takes two of them all the same.
    let single = try numbered(4, in: TemporaryFolder()) { $0 }
    let parts = try Split(validation: 0.5, key: key).parts(of: single)
    #expect(parts.train.count == 2 && parts.validation?.count == 2)
  }

  @Test func aSplitIsAFunctionOfItsKeyAndTheTestPartOfNothingElse() throws {
    let dataset = try numbered(200, in: TemporaryFolder()) { $0 % 2 }
    let first = try members(Split(validation: 0.1, test: 0.2, key: key).parts(of: dataset))
    #expect(try members(Split(validation: 0.1, test: 0.2, key: key).parts(of: dataset)) == first)
    #expect(
      try members(Split(validation: 0.3, test: 0.2, key: key).parts(of: dataset))[2] == first[2])
    let other = RandomKey(low: 6, high: 9)
    #expect(try members(Split(validation: 0.1, test: 0.2, key: other).parts(of: dataset)) != first)
    #expect(first[2] != Array(160..<200))
  }

  @Test func digitsAreCutIntoStratifiedFifths() throws {
    let dataset = try DigitsDataset.load()
    let parts = try Split(validation: 0.1, test: 0.2, key: key).parts(of: dataset)
    #expect(parts.train.count == 1258 && parts.validation?.count == 180 && parts.test?.count == 359)
    let labels = try read(#require(parts.test)).targets
    let all = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    for (label, count) in all.enumerated() {
      let share = labels.count { $0 == Float(label) }
      #expect(abs(Double(share) - Double(count) * 0.2) < 1)
    }
  }

  @Test func impossibleFractionsAreRefused() throws {
    let dataset = try numbered(10, in: TemporaryFolder()) { _ in 0 }
    for (validation, test) in [(-0.1, 0), (1, 0), (0, .nan), (0.5, 0.5), (0.01, 0), (0.9, 0.2)] {
      expectFailure(.badRequest, "data.split") {
        _ = try Split(validation: validation, test: test, key: key).parts(of: dataset)
      }
    }
  }
}
