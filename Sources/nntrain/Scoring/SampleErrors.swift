import Configuration
import Datasets
import Ensembles
import Formats
import Tensors
import Training

/// The answers of a model to the samples of one set: how often each class was found, and the samples on
/// which the model is wrong.
struct SampleErrors {
  /// One sample.
  struct Row {
    /// Its index in the set, from 0.
    var index: Int
    /// The name of its class, or its target values.
    var targets: [String]
    /// The name of the class that was answered, or the values that were predicted.
    var predictions: [String]
    /// The output for the class that was answered; the root mean squared error of values.
    var score: Double
    /// The output for the true class; nil for values.
    var targetScore: Double?
  }

  /// What is known of one class.
  struct ClassCount {
    /// The samples of the class.
    var samples = 0
    /// The samples for which it was answered.
    var answers = 0
    /// The samples of the class for which it was answered.
    var hits = 0

    /// The share of right ones among the answers of this class; nil where there are none.
    var precision: Double? { answers > 0 ? Double(hits) / Double(answers) : nil }
    /// The share of this class that was found; nil where it has no samples.
    var recall: Double? { samples > 0 ? Double(hits) / Double(samples) : nil }
    /// The harmonic mean of precision and recall; nil where there are neither samples nor answers.
    var f1: Double? {
      samples + answers > 0 ? 2 * Double(hits) / Double(samples + answers) : nil
    }
  }

  /// The samples of the set.
  let count: Int
  /// The names of the classes; nil where targets are values.
  let classes: [String]?
  /// What is known of each class; empty where targets are values.
  private(set) var perClass: [ClassCount] = []
  /// The misclassified samples, the most certain first; of values the samples of the largest errors.
  private(set) var rows: [Row] = []
  /// How many samples were misclassified; all where targets are values.
  private(set) var wrong = 0
  private let hasProbabilities: Bool
  private let width: Int

  /// Lets `model` answer all samples of `data` on this rank and keeps the worst `limit`.
  ///
  /// - Throws: `TrainingError` where the model answers at every step of a sequence.
  init(
    _ model: any Predictor, on data: any GatheringDataset, _ opened: OpenedModel,
    keeping limit: Int
  ) throws {
    let plan = opened.plan
    guard plan.positions == 1 else {
      throw TrainingError(
        code: ExitCode.usage,
        "errors and classes are counted for models with one answer per sample, but this one answers at"
          + " \(plan.positions) steps; use nntrain predict, which writes a row per step")
    }
    count = data.count
    width = plan.outputs
    classes = opened.description.schema.target.classNames
    hasProbabilities = plan.targetForm != .signs
    let threshold: Float = plan.targetForm == .signs ? 0 : 0.5
    if let classes {
      perClass = .init(repeating: ClassCount(), count: classes.count)
    }
    var start = 0
    try model.predict(data) { outputs, chunk in
      let targets = classes == nil ? SampleErrors.values(data, start..<start + chunk, width) : []
      for row in 0..<chunk {
        let values = outputs.extracting(row * width..<(row + 1) * width)
        if classes != nil {
          judge(start + row, values, truth: data.classIndex(of: start + row), threshold)
        } else {
          measure(start + row, values, targets[row * width..<(row + 1) * width])
        }
      }
      start += chunk
      // Not more is kept than twice what is wanted, whatever the set's size.
      if rows.count > 2 * max(limit, 512) { keepWorst(limit) }
    }
    keepWorst(limit)
  }

  private static func values(
    _ data: any GatheringDataset, _ range: Range<Int>, _ width: Int
  ) -> [Float] {
    let indices = Array(range)
    var targets = [Float](repeating: 0, count: indices.count * width)
    var span = targets.mutableSpan
    data.gatherTargets(indices.span, into: &span, form: .values, width: width)
    return targets
  }

  private mutating func judge(_ index: Int, _ values: Span<Float>, truth: Int, _ threshold: Float) {
    guard let classes else { return }
    var answer = 0
    if values.count == 1 {
      answer = values[0] > threshold ? 1 : 0
    } else {
      for i in 1..<values.count where values[i] > values[answer] { answer = i }
    }
    perClass[truth].samples += 1
    perClass[answer].answers += 1
    if answer == truth {
      perClass[truth].hits += 1
      return
    }
    wrong += 1
    func score(_ number: Int) -> Double {
      guard values.count == 1 else { return Double(values[number]) }
      let yes = Double(values[0])
      return number == 1 ? yes : hasProbabilities ? 1 - yes : -yes
    }
    rows.append(
      Row(
        index: index, targets: [classes[truth]], predictions: [classes[answer]],
        score: score(answer), targetScore: score(truth)))
  }

  private mutating func measure(_ index: Int, _ values: Span<Float>, _ targets: ArraySlice<Float>) {
    wrong += 1
    var sum = 0.0
    for (i, target) in targets.enumerated() {
      let difference = Double(values[i]) - Double(target)
      sum += difference * difference
    }
    rows.append(
      Row(
        index: index, targets: targets.map(\.description),
        predictions: (0..<values.count).map { values[$0].description },
        score: (sum / Double(max(1, targets.count))).squareRoot()))
  }

  private mutating func keepWorst(_ limit: Int) {
    // What is not a number is worse than any number.
    func key(_ row: Row) -> Double { row.score.isNaN ? .infinity : row.score }
    rows.sort { key($0) != key($1) ? key($0) > key($1) : $0.index < $1.index }
    rows = Array(rows.prefix(limit))
  }

  // MARK: What is written

  /// The names of the columns of ``write(to:)``.
  var columns: [String] {
    guard classes == nil else {
      let score = hasProbabilities ? "probability" : "score"
      return ["index", "target", "prediction", score, "target_" + score]
    }
    func names(_ name: String) -> [String] {
      width == 1 ? [name] : (0..<width).map { "\(name)_\($0)" }
    }
    return ["index"] + names("target") + names("prediction") + ["error"]
  }

  /// The cells of a row, in the order of ``columns``.
  func cells(_ row: Row) -> [String] {
    ["\(row.index)"] + row.targets + row.predictions
      + [Float(row.score).description]
      + (row.targetScore.map { [Float($0).description] } ?? [])
  }

  /// Writes the samples as a table of comma-separated values.
  func write(to path: String) throws(FileError) {
    let writer = try CSVWriter(to: AtomicFile(path: path), columns: columns)
    for row in rows { try writer.write(cells(row)) }
    try writer.finish()
  }

  /// Precision, recall, F1 score and number of samples of each class, as a table for people.
  var classTable: [String] {
    guard let classes else { return [] }
    func text(_ value: Double?) -> String { value.map(Text.percent) ?? "—" }
    let rows = zip(classes, perClass).map { name, count in
      [
        name, text(count.precision), text(count.recall), text(count.f1),
        Text.grouped(count.samples),
      ]
    }
    return LayerTable.aligned(
      [["class", "precision", "recall", "f1", "samples"]] + rows, toTheRight: [1, 2, 3, 4])
  }

  /// The same as JSON.
  var classJSON: JSONValue {
    .array(
      zip(classes ?? [], perClass).map { name, count in
        func json(_ value: Double?) -> JSONValue { value.map { JSONValue($0) } ?? .null }
        return [
          "class": JSONValue(name), "precision": json(count.precision),
          "recall": json(count.recall), "f1": json(count.f1),
          "samples": JSONValue(count.samples),
        ]
      })
  }
}
