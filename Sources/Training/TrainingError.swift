/// Why a run ends early: one message for a person and the exit code that scripts read.
public struct TrainingError: Error, Hashable, CustomStringConvertible {
  /// The exit code.
  public var code: Int32
  /// The message.
  public var description: String

  /// An end with `code`, told by `description`.
  public init(code: Int32, _ description: String) {
    self.code = code
    self.description = description
  }

  /// The end of a training whose objective, `place` (such as "of step 3"), is not finite.
  init(divergedAt place: String, _ objective: Double) {
    self.init(
      code: ExitCode.diverged,
      "training diverged: the objective \(place) is \(objective); use a smaller learning rate, or"
        + " look for extreme values in the data")
  }
}

/// The exit codes of the command; scripts depend on them.
public enum ExitCode {
  /// Wrong words on the command line.
  public static let usage: Int32 = 64
  /// Bad content of data, model or checkpoint.
  public static let badContent: Int32 = 65
  /// A file or folder is absent or unreadable.
  public static let absent: Int32 = 66
  /// A tool that is needed is missing.
  public static let unavailable: Int32 = 69
  /// An internal error.
  public static let internalError: Int32 = 70
  /// Output can't be written.
  public static let cannotWrite: Int32 = 73
  /// Stopped early on request.
  public static let stopped: Int32 = 75
  /// Ranks out of lockstep, or one lost.
  public static let lockstep: Int32 = 76
  /// Bad configuration.
  public static let badConfiguration: Int32 = 78
  /// Training diverged.
  public static let diverged: Int32 = 79
}
