import Formats
import Tensors

/// Tells a person how the run goes: on a terminal one line that is drawn over and over while an
/// epoch lasts, elsewhere one plain line per epoch.
public final class ProgressLogger: Callback {
  private let isTerminal: Bool
  private let width: () -> Int
  private let draw: (String) -> Void
  private let tell: (_ line: ProgressLine, _ details: String?) throws -> Void
  private var epochStart = 0.0
  private var lastDrawn = 0.0
  private var isDrawn = false

  /// A logger of an epoch's line.
  ///
  /// - Parameters:
  ///   - isTerminal: Whether a person reads along on a terminal.
  ///   - width: The columns of the terminal.
  ///   - draw: Writes to the terminal without a line end.
  ///   - tell: Writes a whole line, as `full` to files and as `short` to the terminal, with details where
  ///     there is room for them.
  public init(
    isTerminal: Bool, width: @escaping () -> Int = { .max }, draw: @escaping (String) -> Void,
    tell: @escaping (_ line: ProgressLine, _ details: String?) throws -> Void
  ) {
    self.isTerminal = isTerminal
    self.width = width
    self.draw = draw
    self.tell = tell
  }

  /// Begins the epoch's line.
  public func epochWillStart(_ status: RunStatus) -> Verdict {
    lastDrawn = MonotonicClock.seconds
    // A resumed epoch has taken some time already.
    epochStart = lastDrawn - status.trainingSeconds
    return .continue
  }

  /// Draws the bar, at most ten times a second.
  public func stepDidEnd(_ status: RunStatus) -> Verdict {
    // Looking at the clock costs more than a small step: every 16th will do.
    guard isTerminal, status.stepInEpoch % 16 == 0 else { return .continue }
    let now = MonotonicClock.seconds
    guard now - lastDrawn >= 0.1 else { return .continue }
    lastDrawn = now
    let share = Double(status.stepInEpoch) / Double(max(status.stepsPerEpoch, 1))
    let rate = Double(status.samplesPerEpoch) * share / (now - epochStart)
    draw(ProgressLogger.clear + drawing(status, share: share, rate: rate, columns: width()))
    isDrawn = true
    return .continue
  }

  /// Ends the epoch's line with its figures.
  public func epochDidEnd(_ status: RunStatus) throws -> Verdict {
    var parts = ["\(title(status))  \(Text.rate(status.samplesPerSecond)) samples/s"]
    if let training = status.training { parts.append("train " + Text.figures(training)) }
    if let tested = status.prequential { parts.append("prequential " + Text.figures(tested)) }
    if let validation = status.validation { parts.append("validation " + Text.figures(validation)) }
    if let left = timeLeft(status) { parts.append(left) }
    if isDrawn { draw(ProgressLogger.clear) }
    isDrawn = false
    let columns = isTerminal ? width() : .max
    let line = ProgressLine(
      full: parts.joined(separator: "  │  "), short: shortened(parts, status, columns: columns))
    try tell(line, status.times?.words)
    if let note = status.note { try tell(ProgressLine("note: " + note), nil) }
    return .continue
  }

  /// The line that is drawn while an epoch lasts, in at most `columns` columns.
  private func drawing(
    _ status: RunStatus, share: Double, rate: Double, columns: Int
  ) -> String {
    let title = title(status)
    let words =
      "  \(Text.rate(rate)) samples/s  objective \(Text.number(Double(status.batchObjective)))"
    let room = columns - 1 - title.count - words.count - 3
    if room >= 5 { return "\(title) \(ProgressLogger.bar(share, width: min(20, room)))\(words)" }
    return ProgressLine.cut("\(title)  \(Text.percent(share))\(words)", to: columns - 1)
  }

  /// The epoch's line in at most `columns` columns: the speed is left out first, then the training set's
  /// figures are short, then all are.
  private func shortened(_ parts: [String], _ status: RunStatus, columns: Int) -> String {
    let separator = " │ "
    let figures = [
      ("train", status.training), ("prequential", status.prequential),
      ("val", status.validation),
    ].compactMap { name, figures in figures.map { (name, $0) } }
    let left = timeLeft(status)
    func line(_ texts: [String], withTime: Bool) -> String {
      ([title(status)] + texts + (withTime ? [left].compactMap { $0 } : []))
        .joined(separator: separator)
    }
    let brief = figures.map { name, figures in
      name + " "
        + ([Text.number(figures.objective)]
        + figures.metrics.map { Text.metric($0.name, $0.value).replacing(" %", with: "%") })
        .joined(separator: " ")
    }
    let candidates = [
      parts.joined(separator: "  │  "),
      line(figures.map { $0.0 + " " + Text.figures($0.1) }, withTime: true),
      line(brief, withTime: true), line(brief, withTime: false),
      line(brief.suffix(1), withTime: false),
    ]
    return candidates.first { $0.count < columns }
      ?? ProgressLine.cut(candidates[candidates.count - 1], to: columns - 1)
  }

  private static let clear = "\r\u{1B}[K"

  private func title(_ status: RunStatus) -> String {
    guard let epochs = status.epochs else { return "epoch \(status.epoch)" }
    return "epoch " + Text.padded("\(status.epoch)", "\(epochs)".count) + "/\(epochs)"
  }

  private func timeLeft(_ status: RunStatus) -> String? {
    guard let epochs = status.epochs, status.epoch < epochs, status.epoch > 0 else { return nil }
    let left = status.seconds / Double(status.epoch) * Double(epochs - status.epoch)
    return Text.duration(left) + " left"
  }

  private static func bar(_ share: Double, width: Int) -> String {
    let full = Int(share * Double(width))
    return "[" + String(repeating: "█", count: full)
      + String(repeating: "·", count: max(0, width - full)) + "]"
  }
}
