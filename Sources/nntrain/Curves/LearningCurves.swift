import Formats
import Plotting
import Training

/// The learning curves of one run, or of several for comparison: a panel for the objective and for each
/// metric, and the learning rate below.
struct LearningCurves {
  /// The name of the files in a run directory, without suffix.
  static let name = "learning-curves"

  private let histories: [LearningHistory]
  private let figures: [String]

  /// The curves of `histories`; of one figure alone where `figure` names it. Nil where no epoch has ended.
  init?(_ histories: [LearningHistory], only figure: String? = nil) {
    self.histories = histories.filter { !$0.epochs.isEmpty }
    guard !self.histories.isEmpty else { return nil }
    var names: [String] = []
    for name in self.histories.flatMap(\.figures) where !names.contains(name) { names.append(name) }
    figures = figure.map { [$0] } ?? names
  }

  /// The figure of all panels.
  var chart: Chart {
    var panels = (histories.count == 1 ? [0] : []).flatMap { _ in figures.map(single) }
    if histories.count > 1 { panels = figures.map(compared) }
    panels.removeAll { panel in
      !panel.series.contains { $0.points.contains { $0.y.isFinite } }
    }
    let title = histories.count == 1 ? histories[0].name : "\(histories.count) runs"
    var rate = self.rate
    rate.isWide = true
    rate.heightShare = 0.6
    var chart = Chart(title, panels: panels + [rate], columns: panels.count > 1 ? 2 : 1)
    if panels.count <= 1 { chart.panelWidth = 760 }
    return chart
  }

  private func axis(_ figure: String) -> Panel.Axis {
    Panel.Axis(figure, limit: figure.hasSuffix("accuracy") ? 1 : nil)
  }

  private let epochAxis = Panel.Axis("epoch", isWhole: true)

  private func line(
    _ name: String, _ points: [(epoch: Double, value: Double)], color: Int, isDashed: Bool = false
  ) -> Series {
    Series(
      name, Series.thinned(points.map { .init($0.epoch, $0.value) }),
      style: points.count <= 40 ? .marks : .line, color: color, isDashed: isDashed)
  }

  /// A panel of one run: a curve for each set, the best epoch and the snapshots.
  private func single(_ figure: String) -> Panel {
    let history = histories[0]
    var series: [Series] = []
    for (color, set) in LearningHistory.sets.enumerated() {
      let points = history.points(set, figure)
      guard points.contains(where: { $0.value.isFinite }) else { continue }
      let name = set == "train" ? "training" : set
      series.append(line(name, points, color: [0, 2, 1][color]))
    }
    if let epoch = history.bestEpoch, let value = history.value(of: figure, after: epoch) {
      series.append(
        Series("best epoch: \(epoch)", [.init(Double(epoch), value)], style: .stars, color: 6))
    }
    let snapshots = history.snapshots.compactMap { place -> Series.Point? in
      history.value(of: figure, after: Int(place.rounded(.up))).map { .init(place, $0) }
    }
    if !snapshots.isEmpty {
      series.append(Series("snapshots", snapshots, style: .triangles, color: 3))
    }
    return Panel(figure, x: epochAxis, y: axis(figure), series: series)
  }

  /// A panel of several runs: a color for each, dashes for the training set.
  private func compared(_ figure: String) -> Panel {
    let names = ShortNames.distinct(histories.map(\.name))
    var series: [Series] = []
    var isDashed = false
    for (color, history) in histories.enumerated() {
      let sets = LearningHistory.sets.map { ($0, history.points($0, figure)) }
        .filter { $0.1.contains { $0.value.isFinite } }
      for (place, (_, points)) in sets.enumerated() {
        // The last set, validation where there is one, is the one to compare.
        let isLast = place == sets.count - 1
        isDashed = isDashed || !isLast
        var one = line(isLast ? names[color] : "", points, color: color, isDashed: !isLast)
        if !isLast { one.style = .line }
        series.append(one)
      }
    }
    let title = figure + (isDashed ? " (dashed: training)" : "")
    return Panel(title, x: epochAxis, y: axis(figure), series: series)
  }

  private var rate: Panel {
    let names = ShortNames.distinct(histories.map(\.name))
    return Panel(
      "learning rate", x: epochAxis, y: .init("learning rate"),
      series: histories.enumerated().map { color, history in
        var series = line(histories.count == 1 ? "" : names[color], history.rates, color: color)
        series.style = .line
        return series
      })
  }
}
