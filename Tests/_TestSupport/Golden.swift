import Foundation

/// Golden vectors: the files of `Tests/Golden`, made by the scripts in `scripts/golden`.
public enum Golden {
  /// Why a golden file cannot be used.
  public struct Failure: Error, CustomStringConvertible {
    /// Which file, and what is wrong with it.
    public let description: String
  }

  /// The content of `Tests/Golden/<name>.json`.
  public static func load<Content: Decodable>(
    _ name: String, as content: Content.Type = Content.self
  ) throws -> Content {
    let file = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Golden").appendingPathComponent("\(name).json")
    do {
      return try JSONDecoder().decode(content, from: Data(contentsOf: file))
    } catch {
      throw Failure(description: "\(file.path) cannot be read as \(content): \(error)")
    }
  }
}
