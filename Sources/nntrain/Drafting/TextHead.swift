import Datasets
import Zlib

#if canImport(Glibc)
  import Glibc
#endif

/// The beginning of a file, decompressed where it is compressed.
enum TextHead {
  /// The first bytes of the file `path`, at most `limit`.
  ///
  /// - Throws: `DatasetError` where it cannot be read or decompressed.
  static func bytes(of path: String, atMost limit: Int) throws(DatasetError) -> [UInt8] {
    do {
      let stream = try ByteStream(try InputFile(path: path))
      var bytes = [UInt8](repeating: 0, count: limit)
      var span = bytes.mutableSpan
      let count = try stream.read(into: &span)
      return Array(bytes[..<count])
    } catch {
      throw DatasetError(
        error.kind == .unreadable ? .unreadable : .badContent, error.description)
    }
  }

  /// `path` from the root of the file system; itself where there is nothing.
  static func absolute(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
