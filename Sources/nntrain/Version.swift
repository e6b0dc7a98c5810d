import MPI
import OneDNN

/// The versions that make results comparable.
enum Version {
  /// nntrain's own.
  static let nntrain = "0.1.0"

  /// For `--version`.
  static var text: String { "nntrain \(nntrain)\noneDNN \(Library.version)" }
}
