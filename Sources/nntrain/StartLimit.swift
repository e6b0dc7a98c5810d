import Training

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The seconds within which all ranks must have come: `MPI_Init` waits for each, and the configuration, which
/// has a watchdog of its own, is read only then.
struct StartLimit {
  /// The environment variable that sets it; 0 is never.
  static let variable = "NNTRAIN_START_LIMIT"
  /// Without it: as long as the watchdog's default.
  private static let usual = 300.0

  /// The seconds; nil where the start may take for ever.
  let seconds: Double?

  /// What the environment says.
  ///
  /// - Throws: ``CommandEnd`` where that is no number of seconds.
  init() throws {
    guard let text = getenv(StartLimit.variable).map({ String(cString: $0) }) else {
      seconds = StartLimit.usual
      return
    }
    guard let value = Double(text), value >= 0, value <= 1e6 else {
      throw CommandEnd(
        alone: TrainingError(
          code: ExitCode.usage,
          "\(StartLimit.variable) is \"\(text)\"; write a number of seconds, 0 for no limit, or unset it"
        ))
    }
    seconds = value > 0 ? value : nil
  }
}
