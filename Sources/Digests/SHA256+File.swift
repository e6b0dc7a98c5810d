#if canImport(Glibc)
  import Glibc
#endif

/// A file that could not be read while its hash was taken.
public struct HashError: Error, Hashable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// The system's word for it.
  public let reason: String

  /// The file and the reason.
  public var description: String { "\(path): \(reason)" }
}

extension SHA256 {
  /// The hash of the content of the file at `path`, read in pieces.
  public static func hash(ofFile path: String) throws(HashError) -> [UInt8] {
    func failure() -> HashError { HashError(path: path, reason: String(cString: strerror(errno))) }
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw failure() }
    defer { close(file) }
    var hash = SHA256()
    var piece = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = piece.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure() }
      if count == 0 { return hash.finish() }
      hash.update(piece.span.extracting(0..<count))
    }
  }
}
