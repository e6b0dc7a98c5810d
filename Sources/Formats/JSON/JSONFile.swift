/// A file that holds one JSON value and is read as a whole.
public enum JSONFile {
  /// Bytes that no such file exceeds: the confusion matrices of three sets with 1,000 classes have 12 MB at most.
  public static let limit = 1 << 26

  /// The value in the file `path`.
  ///
  /// - Throws: `unreadable`; `badContent` where it holds no JSON, or more than ``limit`` bytes.
  public static func read(_ path: String) throws(FileError) -> JSONValue {
    let file = try OpenFile.reading(path)
    let size = try file.status().size
    guard size <= limit else {
      throw FileError(.badContent, path, "has \(size) bytes, more than any such file")
    }
    let bytes = try file.bytes(at: 0, count: size)
    do throws(JSONError) {
      return try JSONValue(parsing: bytes)
    } catch {
      throw FileError(.badContent, path, "is no JSON: \(error)", cause: error)
    }
  }
}
