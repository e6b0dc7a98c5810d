import MPI
import OneDNN

/// The versions that make results comparable.
enum Version {
  /// nntrain's own.
  static let nntrain = "0.2.0"

  /// The oldest version of the compiler that this can have been built with, and its successors.
  static var swift: String {
    #if compiler(>=6.5)
      "6.5 or newer"
    #elseif compiler(>=6.4)
      "6.4"
    #elseif compiler(>=6.3)
      "6.3"
    #else
      "6.2"
    #endif
  }

  /// What `--version` prints; asking oneDNN for its instruction set also fixes it, so other commands must not.
  static func asked(_ arguments: [String]) -> String {
    arguments.contains("--version") ? text : nntrain
  }

  /// A line per item.
  private static var text: String {
    """
    nntrain \(nntrain)
    Swift \(swift)
    oneDNN \(Library.version)
    instruction set \(Library.instructionSet)
    MPI \(MPILibrary.builtWith) (built with), \(runningMPI) (running with)
    """
  }

  /// The loaded library without the words on its package: `Open MPI v5.0.7`.
  private static var runningMPI: String {
    String(MPILibrary.version.prefix { $0 != "," })
  }
}
