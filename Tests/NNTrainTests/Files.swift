import Foundation
import Testing
import _TestSupport

/// Files that the tests read.
enum Files {
  /// The text of the file at `path`.
  static func text(_ path: String) throws -> String {
    String(decoding: try bytes(path), as: UTF8.self)
  }

  /// The bytes of the file at `path`.
  static func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// Whether there is anything at `path`.
  static func exist(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  /// The names in the folder at `path`, sorted; none where it is absent.
  static func entries(_ path: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }

  /// The root of the repository.
  static var repository: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
  }

  /// A file below the folder of public data: `NNTRAIN_DATA`, or `shared/data` beside the repository.
  ///
  /// Where it is absent the test fails, and says what it needs.
  static func data(_ name: String) throws -> String {
    let told = ProcessInfo.processInfo.environment["NNTRAIN_DATA"]
    let root =
      told ?? repository.deletingLastPathComponent().appendingPathComponent("shared/data").path
    let path = root + "/" + name
    try #require(
      exist(path), "\(path) is absent: let NNTRAIN_DATA name the folder that holds \(name)")
    return path
  }
}
