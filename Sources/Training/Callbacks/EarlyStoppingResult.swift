/// What early stopping has done to a run.
public struct EarlyStoppingResult: Hashable, Sendable {
  /// The figure that was watched, such as `validation.objective`.
  public var monitor: String
  /// The best value of it; nil where none was finite.
  public var best: Double?
  /// The epoch of the best value; 0 where none was watched.
  public var bestEpoch: Int
  /// The epoch after which the run was ended; 0 where it came to its own end.
  public var stoppedEpoch: Int
  /// Whether the parameters are those of the best epoch.
  public var isRestored: Bool
  /// The watched epochs before the first value in which the metric was undefined.
  public var undefinedEpochs = 0

  /// All of it in one line for people.
  public var line: String {
    guard bestEpoch > 0 else {
      return undefinedEpochs > 0
        ? "early stopping: \(monitor) was undefined in all "
          + "\(Text.counted(undefinedEpochs, "watched epoch")); it did not end the run"
        : "early stopping: no epoch was watched"
    }
    var line = "early stopping: \(monitor) "
    if let best {
      line += "was best after epoch \(bestEpoch) (\(Text.number(best)))"
    } else {
      line += "was finite after no epoch"
    }
    if undefinedEpochs > 0 {
      line += "; it was undefined in the first \(Text.counted(undefinedEpochs, "epoch"))"
    }
    line +=
      stoppedEpoch > 0
      ? "; it ended the run after epoch \(stoppedEpoch)" : "; it did not end the run"
    return line + (isRestored ? "; the model is that of epoch \(bestEpoch)" : "")
  }
}
