import Foundation

/// The case that a test tries, in a file: a trap ends the process of the tests, and only the file remains.
struct CaseAtHand {
  private let path: String

  /// The file `nntrain-case-NAME` in the temporary folder.
  init(_ name: String) {
    path = FileManager.default.temporaryDirectory.path + "/nntrain-case-" + name
  }

  /// Notes the case that begins.
  func begin(_ text: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }

  /// Removes the file, since no case has ended the process.
  func finish() { try? FileManager.default.removeItem(atPath: path) }
}
