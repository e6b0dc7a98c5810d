import Foundation
import _TestSupport

/// File systems that are too small, or that may not be written.
enum SmallDisk {
  /// Runs `body` with a folder on a file system of so many bytes.
  ///
  /// Answers false, without running it, where mounting is not permitted.
  static func with(bytes: Int, _ body: (TemporaryFolder) throws -> Void) throws -> Bool {
    try mounted("size=\(bytes)", body)
  }

  /// Runs `body` with a folder on a file system that is mounted read-only; answers as ``with(bytes:_:)``.
  static func withReadOnly(_ body: (TemporaryFolder) throws -> Void) throws -> Bool {
    try mounted("ro", body)
  }

  private static func mounted(
    _ options: String, _ body: (TemporaryFolder) throws -> Void
  ) throws -> Bool {
    try withTemporaryFolder { folder in
      guard run("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder.path) else { return false }
      defer { _ = run("umount", folder.path) }
      try body(folder)
      return true
    }
  }

  private static func run(_ words: String...) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
