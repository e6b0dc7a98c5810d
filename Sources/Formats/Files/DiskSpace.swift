#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The room on the file system of a path.
public enum DiskSpace {
  /// The bytes that this process may still write on the file system of `path`.
  ///
  /// Where `path` is not there yet, the nearest folder above it that is there counts.
  public static func free(at path: String) throws(FileError) -> Int {
    var status = statvfs()
    var existing = path
    while statvfs(existing, &status) != 0 {
      let code = errno
      let above = Folder.parent(of: existing)
      guard code == ENOENT, above != existing else { throw .reading(path, "examine", code) }
      existing = above
    }
    let (bytes, overflow) = Int(clamping: status.f_bavail)
      .multipliedReportingOverflow(by: Int(clamping: status.f_frsize))
    return overflow ? Int.max : bytes
  }

  /// Checks that `bytes` can be written below `path`.
  ///
  /// - Throws: `cannotWrite` that names both figures.
  public static func require(_ bytes: Int, at path: String) throws(FileError) {
    let free = try free(at: path)
    guard free < bytes else { return }
    throw FileError(
      .cannotWrite, path,
      "needs \(bytes) bytes, but its file system has only \(free) left; free some space there or "
        + "choose a folder on another disk", cause: SystemError(ENOSPC))
  }
}
