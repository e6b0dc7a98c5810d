import Metrics

/// How well a network does on one part of the data.
public struct Figures: Sendable {
  /// The mean of the objective over the samples, penalties left out; weights multiply and do not
  /// normalize, as in Keras.
  public var objective: Double
  /// The metrics by name, in the order of the configuration.
  public var metrics: [(name: String, value: Double)]
  /// The number of samples behind the figures.
  public var samples: Int
}

/// The sums from which figures are made: objective, samples, then those of each metric.
struct FigureSums {
  static let objective = 0
  static let samples = 1
  static let metrics = 2

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
      objective: sums[FigureSums.objective] / sums[FigureSums.samples], metrics: values,
      samples: Int(sums[FigureSums.samples]))
  }
}
