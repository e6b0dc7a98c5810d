import Metrics

/// The sums from which figures are made: those of the objective, then those of the metrics.
///
/// Real sums come first: one vector per chunk of samples, added in the fixed tree. Behind them stand the
/// whole numbers of counting metrics, which add up exactly in any order, so a rank needs one vector
/// of them, however many chunks it has.
struct FigureSums {
  static let objective = 0
  static let samples = 1
  static let normalizer = 2
  static let clipped = 3
  static let penalty = 4
  private static let fixedCount = 5

  let metricList: [any Metric]
  /// Where the sums of each metric stand.
  let ranges: [Range<Int>]
  /// The number of all sums.
  let width: Int
  /// The number of real sums.
  let realWidth: Int

  init(metrics: [any Metric]) {
    metricList = metrics
    var ranges = [Range<Int>](repeating: 0..<0, count: metrics.count)
    var offset = FigureSums.fixedCount
    func place(_ isCounting: Bool) {
      for (index, metric) in metrics.enumerated() where metric.isCounting == isCounting {
        ranges[index] = offset..<offset + metric.sumCount
        offset += metric.sumCount
      }
    }
    place(false)
    realWidth = offset
    place(true)
    width = offset
    self.ranges = ranges
  }

  /// The figures of `sums`, a vector of `width`.
  func figures(_ sums: [Double]) -> Figures {
    var figures = Figures(
      objective: sums[FigureSums.objective] / sums[FigureSums.normalizer],
      penalty: sums[FigureSums.penalty] / sums[FigureSums.normalizer], metrics: [],
      samples: Int(sums[FigureSums.samples]))
    figures.clipped = Int(sums[FigureSums.clipped])
    for (metric, range) in zip(metricList, ranges) {
      let own = sums.span.extracting(range)
      if let table = metric.table(own) {
        figures.tables.append((metric.name, table))
      } else {
        figures.metrics.append((metric.name, metric.result(own)))
      }
    }
    return figures
  }
}
