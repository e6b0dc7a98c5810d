import Datasets
import Testing

/// Stretches of a time series, and what comes after them.
@Suite struct WindowedTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func options(
    _ length: Int, horizon: Int = 1, columns: [Int] = [1], target: [Int] = [1]
  ) -> CSVOptions {
    var options = CSVOptions(
      targets: target.map { .index($0) }, columns: columns.map { .index($0) })
    options.window = CSVOptions.Window(length: length, horizon: horizon)
    return options
  }

  private func series() throws -> String {
    try folder.file("a.csv", (0..<6).map { "\($0),\(10 * $0),\(-$0)\n" }.joined())
  }

  @Test("a sample is so many records, its target stands so many behind them")
  func samples() throws {
    let path = try series()
    let one = try DataSourceSpec(.csv(path: path, options: options(3))).open()
    #expect(one.count == 3 && one.inputShape == [3, 1] && one.targets == .values(width: 1))
    #expect(
      try read(one) == Samples(inputs: [0, 10, 20, 10, 20, 30, 20, 30, 40], targets: [30, 40, 50]))
    let two = try DataSourceSpec(
      .csv(path: path, options: options(2, horizon: 3, columns: [1, 2], target: [0, 1]))
    ).open()
    #expect(two.count == 2 && two.inputShape == [2, 2])
    #expect(
      try read(two, [1, 0])
        == Samples(inputs: [10, -1, 20, -2, 0, 0, 10, -1], targets: [5, 50, 4, 40]))
    // The last stretch, behind which nothing is known yet, is there to be predicted.
    let inputs = try DataSourceSpec(.csv(path: path, options: options(3)))
      .openInputs(matching: one.schema)
    #expect(inputs.count == 4 && inputs.inputShape == [3, 1])
    #expect(try read(inputs, [3], targetWidth: 0).inputs == [30, 40, 50])
    let classes = try DataSourceSpec(
      .csv(path: path, options: options(2, target: [0])), targets: .classes
    ).open()
    #expect((0..<4).map(classes.classIndex) == [2, 3, 4, 5])
    let weighed: CSVOptions = {
      var options = options(2)
      options.weights = .index(0)
      return options
    }()
    let batch = Batch(capacity: 2, inputWidth: 2, targetWidth: 1, targetForm: .values)
    try DataSourceSpec(.csv(path: path, options: weighed)).open().read([3, 0].span, into: batch)
    #expect(batch.weights.array == [5, 2])
  }

  @Test("each column is prepared by itself, in every record alike")
  func prepared() throws {
    let spec = DataSourceSpec(
      .csv(path: try series(), options: options(2, columns: [1, 2], target: [0])))
    let source = try spec.open()
    let minMax = try Preprocessing(fitting: [.minMax], to: source)
    // Records 0 to 4; the last one is a target alone.
    #expect(minMax.shift == [0, -4] && minMax.scale == [1.0 / 40, 1.0 / 4])
    #expect(
      try read(PreprocessedDataset(source, minMax), [3]).inputs == [0.75, 0.25, 1, 0])
    let divided = try Preprocessing(fitting: [.divide(2)], to: source)
    #expect(try read(PreprocessedDataset(source, divided), [0]).inputs == [0, 0, 5, -0.5])
  }

  @Test("series that are too short, and columns that are no numbers")
  func lies() throws {
    let path = try series()
    expectFailure(.badContent, path, "6 records", "window of 5", "target 2 behind it", "need 7") {
      _ = try DataSourceSpec(.csv(path: path, options: options(5, horizon: 2))).open()
    }
    let whole = try DataSourceSpec(.csv(path: path, options: options(3))).open()
    let short = try folder.file("short.csv", "1,2,3\n4,5,6\n")
    expectFailure(.badContent, short, "2 records", "window of 3 needs 3") {
      _ = try DataSourceSpec(.csv(path: short, options: options(3)))
        .openInputs(matching: whole.schema)
    }
    var filled = options(2)
    filled.missing = .mean
    let source = try DataSourceSpec(.csv(path: path, options: filled)).open()
    expectFailure(.badRequest, "data.train.window", "missing: mean") {
      _ = try Preprocessing(fitting: [], to: source)
    }
  }
}
