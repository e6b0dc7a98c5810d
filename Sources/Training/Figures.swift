import Metrics

/// How well a network does on one part of the data.
public struct Figures: Sendable {
  /// The mean of the objective over the samples, penalties left out; weights multiply and do not
  /// normalize, as in Keras.
  public var objective: Double
  /// What penalties add to it: those on parameters, and the mean over the samples of those on
  /// activities; nil where it is not known.
  public var penalty: Double?
  /// The metrics by name, in the order of the configuration.
  public var metrics: [(name: String, value: Double)]
  /// The number of samples behind the figures.
  public var samples: Int

  /// Adds what parameters cost to the penalty.
  mutating func add(penalty more: Double) { penalty = (penalty ?? 0) + more }
}

/// The sums from which figures are made: objective, samples, penalty on activities, then those of each metric.
struct FigureSums {
  static let objective = 0
  static let samples = 1
  static let penalty = 2
  static let metrics = 3

  let metricList: [any Metric]
  let width: Int

  init(metrics: [any Metric]) {
    metricList = metrics
    width = FigureSums.metrics + metrics.reduce(0) { $0 + $1.sumCount }
  }

  /// The figures of `sums`, a vector of `width`.
  func figures(_ sums: [Double]) -> Figures {
    var values: [(name: String, value: Double)] = []
    var offset = FigureSums.metrics
    for metric in metricList {
      let range = offset..<offset + metric.sumCount
      offset += metric.sumCount
      values.append((metric.name, metric.result(sums.span.extracting(range))))
    }
    return Figures(
      objective: sums[FigureSums.objective] / sums[FigureSums.samples],
      penalty: sums[FigureSums.penalty] / sums[FigureSums.samples], metrics: values,
      samples: Int(sums[FigureSums.samples]))
  }
}
