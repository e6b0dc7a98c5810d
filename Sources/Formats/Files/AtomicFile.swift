#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that appears under its name only when it is complete and on the disk.
///
/// Bytes go to a temporary name in the same folder; ``finish()`` flushes them to the disk, renames
/// the file and flushes the folder. Until then a file of the same name stays as it was. Whoever
/// fails or forgets to finish leaves nothing behind; what a killed process left is cleared by
/// ``removeLeftovers(in:)``.
///
///     let file = try AtomicFile(path: "runs/a/config.yaml")
///     try file.write("seed: 1\n")
///     try file.finish()
public final class AtomicFile: ByteSink {
  /// The name under which the file will appear.
  public let path: String

  private let target: String
  private let temporary: String
  private var file: OpenFile?
  private var buffer = WriteBuffer()
  private static let (prefix, suffix) = (".nntrain-", ".part")

  /// Begins the file `path`, whose folder must be there.
  ///
  /// - Parameter followsLink: whether a symbolic link at `path` stays and the file that it leads to is
  ///   replaced: for outputs that a person names. In a run directory a link is refused.
  /// - Throws: `cannotWrite` where the folder is absent, full or may not be written, or where `path`
  ///   is a folder, a device, or a link that is not followed.
  public init(path: String, followsLink: Bool = false) throws(FileError) {
    self.path = path
    if !followsLink { try OpenFile.requireNoLink(path) }
    target = followsLink ? AtomicFile.resolvingLink(path) : path
    switch FileStatus(of: target)?.kind {
    case .folder: throw .writing(path, "replace", EISDIR)
    case .other:
      throw FileError(
        .cannotWrite, path, "is a device or a pipe, which cannot be replaced by a file")
    case .file, nil: break
    }
    // Two writers of one name, even on two hosts, get two temporary names.
    let number = UInt64.random(in: 0...UInt64.max)
    temporary =
      Folder.parent(of: target) + "/" + AtomicFile.prefix + String(number, radix: 36)
      + AtomicFile.suffix
    file = try OpenFile.writing(temporary, flags: O_RDWR | O_CREAT | O_EXCL, name: path)
  }

  deinit { discard() }

  /// Reserves room for a file of `bytes`, so that a full disk is told before the first byte.
  public func reserve(_ bytes: Int) throws(FileError) {
    try attempt { (file) throws(FileError) in try file.reserve(bytes) }
  }

  /// Appends `bytes`.
  public func write(_ bytes: RawSpan) throws(FileError) {
    if buffer.isFull(for: bytes.byteCount) { try flush() }
    if WriteBuffer.isBypassed(by: bytes.byteCount) {
      try attempt { (file) throws(FileError) in try file.write(bytes) }
    } else {
      buffer.append(bytes)
    }
  }

  /// Writes `bytes` at `offset`; what ``write(_:)`` appends is not moved by it.
  public func write(_ bytes: RawSpan, at offset: Int) throws(FileError) {
    try attempt { (file) throws(FileError) in try file.write(bytes, at: offset) }
  }

  /// Makes the file appear: flushed, renamed, and the folder flushed.
  public func finish() throws(FileError) {
    try flush()
    try attempt { (file) throws(FileError) in
      try file.synchronize()
      try file.close()
      guard rename(temporary, target) == 0 else { throw .writing(path, "replace", errno) }
    }
    file = nil
    try Folder.synchronize(Folder.parent(of: target))
  }

  /// Gives the file up and removes what was written; a finished file stays.
  public func discard() {
    guard file != nil else { return }
    file = nil
    unlink(temporary)
  }

  /// Removes the temporary files that killed processes left in `folder`.
  ///
  /// Only for a folder that nobody else writes to, such as that of a locked run.
  public static func removeLeftovers(in folder: String) throws(FileError) {
    for name in try Folder.entries(of: folder)
    where name.hasPrefix(prefix) && name.hasSuffix(suffix) {
      unlink(folder + "/" + name)
    }
  }

  private func flush() throws(FileError) {
    let bytes = buffer.take()
    try attempt { (file) throws(FileError) in try file.write(bytes.span.bytes) }
  }

  /// Runs `body` on the open file; where it throws, the temporary file goes.
  private func attempt(_ body: (OpenFile) throws(FileError) -> Void) throws(FileError) {
    guard let file else { preconditionFailure("\(path) is finished or given up") }
    do {
      try body(file)
    } catch {
      discard()
      throw error
    }
  }

  /// The file that a symbolic link leads to, so that the link stays; `path` itself otherwise.
  private static func resolvingLink(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
