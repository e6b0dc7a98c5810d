import Formats
import Training

/// The epochs of a run, as its learning curves show them.
struct LearningHistory {
  /// The name of the run in titles and legends.
  var name: String
  /// The lines of `metrics.jsonl`, one per epoch.
  var epochs: [JSONValue]
  /// The epoch whose parameters early stopping has kept, where the run has ended.
  var chosenEpoch: Int?

  /// A history of the given epochs.
  init(name: String, epochs: [JSONValue], chosenEpoch: Int? = nil) {
    self.name = name
    self.epochs = epochs
    self.chosenEpoch = chosenEpoch
  }

  /// The sets of samples with a curve, in the order of the legend.
  static let sets = ["train", "prequential", "validation"]

  /// The objective and every metric that any epoch reports, in the order of the file.
  var figures: [String] {
    var names = ["objective"]
    // Every line has the same names but for a run whose last epochs are of another version.
    for line in [epochs.first, epochs.last].compactMap({ $0 }) {
      for set in LearningHistory.sets {
        for name in line[set]?.object?.keys ?? [] where name != "penalty" && !names.contains(name) {
          names.append(name)
        }
      }
    }
    return names
  }

  /// The values of `figure` on `set` by epoch; empty where no epoch has one.
  func points(_ set: String, _ figure: String) -> [(epoch: Double, value: Double)] {
    guard epochs.contains(where: { $0[set] != nil }) else { return [] }
    return epochs.compactMap { line in
      line["epoch"]?.double.map { ($0, line[set]?[figure]?.double ?? .nan) }
    }
  }

  /// The value of `figure` after `epoch`: on the validation set, else on the training set.
  func value(of figure: String, after epoch: Int) -> Double? {
    guard let line = epochs.last(where: { $0["epoch"]?.int == epoch }) else { return nil }
    return (line["validation"] ?? line["train"])?[figure]?.double
  }

  /// The epoch that early stopping has kept, else that of the lowest validation objective; nil where nothing
  /// is validated.
  var bestEpoch: Int? {
    if let chosenEpoch, chosenEpoch > 0 { return chosenEpoch }
    let values = points("validation", "objective").filter { $0.value.isFinite }
    return values.min { $0.value < $1.value }.map { Int($0.epoch) }
  }

  /// Where snapshots were saved, in epochs: 2.5 for one in the middle of the third epoch.
  var snapshots: [Double] {
    var before = 0
    return epochs.flatMap { line -> [Double] in
      guard let epoch = line["epoch"]?.double, let step = line["step"]?.int else { return [] }
      defer { before = step }
      let steps = max(1, step - before)
      return (line["snapshots"]?.array ?? []).compactMap { $0.int }.map {
        epoch - 1 + Double($0 - before) / Double(steps)
      }
    }
  }

  /// The learning rate after each epoch.
  var rates: [(epoch: Double, value: Double)] {
    epochs.compactMap { line in
      guard let epoch = line["epoch"]?.double, let rate = line["learning_rate"]?.double else {
        return nil
      }
      return (epoch, rate)
    }
  }
}
