import Optimizers
import Training

/// The learning rate over a run, drawn in characters.
struct RateChart {
  private static let columns = 60
  private static let rows = 8

  private let plan: RunPlan

  init(_ plan: RunPlan) { self.plan = plan }

  /// The chart; one line where there is nothing to draw.
  var lines: [String] {
    let rate = plan.learningRate
    let extent = plan.extent
    if let rule = rate.schedule as? ReduceOnPlateau, rate.warmup == nil {
      return [
        "learning rate: \(text(rate.rate(at: 0, in: extent))), times \(text(rule.factor)) after more"
          + " than \(rule.patience) epochs without a better validation objective"
      ]
    }
    if rate.schedule is ConstantRate, rate.warmup == nil {
      return ["learning rate: \(text(rate.rate(at: 0, in: extent)))"]
    }
    // Of a run that is limited by time the first epochs are drawn.
    let steps = max(1, extent.totalSteps ?? 10 * extent.stepsPerEpoch)
    let rates = samples(of: rate, steps: steps)
    return draw(rates, epochs: Double(steps) / Double(extent.stepsPerEpoch))
  }

  /// The rates of the updates at the middle of each column.
  private func samples(of rate: LearningRate, steps: Int) -> [Float] {
    let extent = plan.extent
    let count = min(RateChart.columns, steps)
    return (0..<count).map { column in
      let middle = (Double(column) + 0.5) / Double(count) * Double(steps)
      return rate.rate(at: min(Int(middle), steps - 1), in: extent)
    }
  }

  private func draw(_ rates: [Float], epochs: Double) -> [String] {
    let top = rates.max() ?? 0
    let levels = rates.map { rate in
      top > 0 ? Int((rate / top * Float(RateChart.rows)).rounded(.up)) : 0
    }
    let (high, low) = (text(top), "0")
    let margin = max(high.count, low.count)
    var lines = ["learning rate"]
    for row in stride(from: RateChart.rows, through: 1, by: -1) {
      let title = row == RateChart.rows ? high : row == 1 ? low : ""
      let bars = levels.map { $0 >= row ? "█" : " " }.joined()
      lines.append(trimmed(Text.padded(title, margin) + " │" + bars))
    }
    let indent = String(repeating: " ", count: margin + 1)
    lines.append(indent + "└" + String(repeating: "─", count: rates.count))
    let end = text(epochs) + (epochs == 1 ? " epoch" : " epochs")
    lines.append(indent + " 0" + Text.padded(end, max(end.count + 1, rates.count - 1)))
    return lines
  }

  private func text(_ value: some BinaryFloatingPoint & CustomStringConvertible) -> String {
    value == value.rounded() && value.magnitude < 1e6 ? "\(Int(value))" : Text.number(Double(value))
  }

  private func trimmed(_ line: String) -> String {
    var line = line
    while line.last == " " { line.removeLast() }
    return line
  }
}
