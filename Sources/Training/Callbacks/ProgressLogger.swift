import Formats
import Tensors

/// Tells a person how the run goes: on a terminal one line that is drawn over and over while an
/// epoch lasts, elsewhere one plain line per epoch.
public final class ProgressLogger: Callback {
  private let isTerminal: Bool
  private let draw: (String) -> Void
  private let tell: (_ line: String, _ details: String?) throws -> Void
  private var epochStart = 0.0
  private var lastDrawn = 0.0
  private var isDrawn = false

  /// A logger that tells whole lines through `tell`, with details that are told where there is room,
  /// and on a terminal draws through `draw`, which
  /// adds no line end.
  public init(
    isTerminal: Bool, draw: @escaping (String) -> Void,
    tell: @escaping (_ line: String, _ details: String?) throws -> Void
  ) {
    self.isTerminal = isTerminal
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
    let bar = ProgressLogger.bar(share, width: 20)
    draw(
      ProgressLogger.clear + "\(title(status)) \(bar)  \(Text.rate(rate)) samples/s  objective"
        + " \(Text.number(Double(status.batchObjective)))")
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
    try tell(parts.joined(separator: "  │  "), status.times?.words)
    if let note = status.note { try tell("note: " + note, nil) }
    return .continue
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
