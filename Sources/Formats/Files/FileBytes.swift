/// The whole content of small files.
public enum FileBytes {
  /// The bytes of the file at `path`, at most `limit` of them.
  ///
  /// - Throws: `unreadable`; `badContent` where it shrinks meanwhile.
  public static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    let file = try OpenFile.reading(path)
    return try file.bytes(at: 0, count: min(file.status().size, limit))
  }
}
