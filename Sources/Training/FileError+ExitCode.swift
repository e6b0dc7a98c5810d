import Collectives
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

extension RankFailure {
  /// The failure that `error`, thrown by a callback, is for all ranks.
  init(callback error: any Error) {
    switch error {
    case let error as FileError: self.init(code: error.exitCode, message: error.description)
    case let error as TrainingError: self.init(code: error.code, message: error.description)
    default: self.init(code: ExitCode.internalError, message: "internal error: \(error)")
    }
  }
}
