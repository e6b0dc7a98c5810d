import Foundation
import Testing

/// The files of the repository that tests hold against the code.
enum Repository {
  /// The repository's root, found from this file.
  static var root: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
  }

  /// The folder of data sets: NNTRAIN_DATA, or `shared/data` beside the repository.
  static var data: String? {
    if let named = ProcessInfo.processInfo.environment["NNTRAIN_DATA"] { return named }
    let beside = root.deletingLastPathComponent().appendingPathComponent("shared/data").path
    return FileManager.default.fileExists(atPath: beside) ? beside : nil
  }

  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// Expects that the file at `path` holds `text`; with NNTRAIN_UPDATE=1 writes it first.
  static func expectFile(
    _ path: String, holds text: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    if ProcessInfo.processInfo.environment["NNTRAIN_UPDATE"] == "1" {
      try text.write(to: root.appendingPathComponent(path), atomically: true, encoding: .utf8)
    }
    let found = (try? Repository.text(path)) ?? ""
    guard found != text else { return }
    let (old, new) = (found.split(separator: "\n"), text.split(separator: "\n"))
    let line = zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }?.offset
    Issue.record(
      """
      \(path) is out of date from line \(line.map { $0 + 1 } ?? min(old.count, new.count)); \
      NNTRAIN_UPDATE=1 swift test --filter ConfigurationTests writes it anew
      """, sourceLocation: sourceLocation)
  }
}
