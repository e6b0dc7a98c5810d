import Collectives
import Configuration
import Datasets
import Formats
import MPI
import Models
import OneDNN
import Plotting
import Pretraining
import Training

/// How a command ends when it can't end well: an exit code, and the message if this rank is the one
/// that prints it.
struct CommandEnd: Error {
  var code: Int32
  var message: String?
  /// Whether another rank has yet to print the message: launchers end all ranks as soon as one has
  /// failed, so this one lets it go first.
  var isSilent = false

  /// The words and the exit code of any error of the program.
  static func describe(_ error: any Error) -> RankFailure {
    switch error {
    case let error as ConfigurationError:
      RankFailure(code: error.exitCode, message: error.description)
    case let error as NetworkError:
      RankFailure(code: ExitCode.badConfiguration, message: error.description)
    case let error as CollectivesError:
      RankFailure(code: ExitCode.badConfiguration, message: error.description)
    case let error as SeparateCopies:
      RankFailure(code: ExitCode.badConfiguration, message: error.description)
    case let error as MisspelledCommand:
      RankFailure(code: ExitCode.usage, message: error.description)
    case let error as PretrainingError:
      RankFailure(code: ExitCode.badContent, message: error.description)
    case let error as MPIError: RankFailure(code: ExitCode.lockstep, message: "\(error)")
    case let error as OneDNNError:
      RankFailure(
        code: error.unsupportedVersion == nil ? ExitCode.internalError : ExitCode.unavailable,
        message: "\(error)")
    case let error as PlotError: RankFailure(code: error.exitCode, message: error.description)
    default: RankFailure(describing: error)
    }
  }
}

extension CommandEnd {
  /// The end of a command that runs without other ranks; under a launcher the first one prints.
  init(alone error: any Error) {
    let failure = CommandEnd.describe(error)
    code = failure.code
    message = LaunchEnvironment.current.isFirst ? failure.message : nil
    isSilent = message == nil
  }
}
