import Formats

extension FileError {
  /// The exit code of this kind of failure.
  public var exitCode: Int32 {
    switch kind {
    case .unreadable: ExitCode.absent
    case .cannotWrite, .readerGone: ExitCode.cannotWrite
    case .badContent: ExitCode.badContent
    }
  }
}
