import Foundation

/// An empty folder that lives as long as a closure; made by ``withTemporaryFolder(_:)``.
public struct TemporaryFolder: Sendable {
  /// The absolute path of the folder.
  public let path: String

  /// The path of `name` within the folder.
  public func path(_ name: String) -> String { path + "/" + name }

  /// Writes `bytes` to `name` and returns its path; folders in between are created.
  @discardableResult
  public func write(_ bytes: [UInt8], to name: String) throws -> String {
    let file = URL(fileURLWithPath: path(name))
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return file.path
  }

  /// Writes `text` as UTF-8 to `name` and returns its path.
  @discardableResult
  public func write(_ text: String, to name: String) throws -> String {
    try write(Array(text.utf8), to: name)
  }

  /// The bytes of `name`.
  public func bytes(of name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path(name))))
  }

  /// The text of `name`.
  public func text(of name: String) throws -> String {
    String(decoding: try bytes(of: name), as: UTF8.self)
  }

  /// The names of all entries, hidden ones too, sorted.
  public func entries(of name: String = "") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: name.isEmpty ? path : path(name)).sorted()
  }

  fileprivate init() throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("nntrain-test-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  fileprivate func remove() {
    try? FileManager.default.removeItem(atPath: path)
  }
}

/// Runs `body` with an empty folder, which is removed afterwards, also when `body` throws.
public func withTemporaryFolder<R>(_ body: (TemporaryFolder) throws -> R) throws -> R {
  let folder = try TemporaryFolder()
  defer { folder.remove() }
  return try body(folder)
}

/// Runs `body` with an empty folder, which is removed afterwards, also when `body` throws.
public func withTemporaryFolder<R>(
  isolation: isolated (any Actor)? = #isolation, _ body: (TemporaryFolder) async throws -> R
) async throws -> R {
  let folder = try TemporaryFolder()
  defer { folder.remove() }
  return try await body(folder)
}
