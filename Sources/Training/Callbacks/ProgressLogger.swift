import Formats

/// Tells a person how the run goes: on a terminal one line that is drawn over and over while an
/// epoch lasts, elsewhere one plain line per epoch.
public final class ProgressLogger: Callback {
  private let isTerminal: Bool
  private let print: (String) -> Void
  private var epochStart = 0.0
  private var lastDrawn = 0.0
  private var isDrawn = false

  /// A logger that writes through `print`, which adds no line end.
  public init(isTerminal: Bool, print: @escaping (String) -> Void) {
    self.isTerminal = isTerminal
    self.print = print
  }

  /// Begins the epoch's line.
  public func epochWillStart(_ status: RunStatus) -> Verdict {
    epochStart = MonotonicClock.seconds
    lastDrawn = epochStart
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
    let bar = ProgressLogger.bar(share, width: 20)
    draw(
      "\(title(status)) \(bar)  \(Text.rate(rate)) samples/s  objective"
        + " \(Text.number(Double(status.batchObjective)))")
    return .continue
  }

  /// Ends the epoch's line with its figures.
  public func epochDidEnd(_ status: RunStatus) -> Verdict {
    var parts = ["\(title(status))  \(Text.rate(status.samplesPerSecond)) samples/s"]
    if let training = status.training { parts.append("train " + Text.figures(training)) }
    if let validation = status.validation { parts.append("validation " + Text.figures(validation)) }
    if let left = timeLeft(status) { parts.append(left) }
    let line = parts.joined(separator: "  │  ")
    if isTerminal { draw(line) } else { print(line) }
    print("\n")
    isDrawn = false
    return .continue
  }

  private func title(_ status: RunStatus) -> String {
    guard let epochs = status.epochs else { return "epoch \(status.epoch)" }
    return "epoch " + Text.padded("\(status.epoch)", "\(epochs)".count) + "/\(epochs)"
  }

  private func timeLeft(_ status: RunStatus) -> String? {
    guard let epochs = status.epochs, status.epoch < epochs, status.epoch > 0 else { return nil }
    let left = status.seconds / Double(status.epoch) * Double(epochs - status.epoch)
    return Text.duration(left) + " left"
  }

  private func draw(_ line: String) {
    print((isDrawn ? "\r\u{1B}[K" : "") + line)
    isDrawn = true
  }

  private static func bar(_ share: Double, width: Int) -> String {
    let full = Int(share * Double(width))
    return "[" + String(repeating: "█", count: full)
      + String(repeating: "·", count: max(0, width - full)) + "]"
  }
}
