import Collectives
import Datasets
import Formats

extension RankFailure {
  /// The words and the exit code of an error that a rank met in training.
  public init(describing error: any Error) {
    switch error {
    case let error as RankFailure: self = error
    case let error as TrainingError: self.init(code: error.code, message: error.description)
    case let error as DatasetError: self.init(code: error.exitCode, message: error.description)
    case let error as FileError: self.init(code: error.exitCode, message: error.description)
    default: self.init(code: ExitCode.internalError, message: "internal error: \(error)")
    }
  }
}
