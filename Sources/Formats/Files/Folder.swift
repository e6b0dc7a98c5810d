#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What is done to folders: made, listed, flushed, cleared of single entries.
public enum Folder {
  /// The folder part of `path`: `.` for a bare name.
  static func parent(of path: String) -> String {
    let trimmed = trimmingSlashes(path)
    guard let slash = trimmed.lastIndex(of: "/") else { return "." }
    return slash == trimmed.startIndex ? "/" : trimmingSlashes(String(trimmed[..<slash]))
  }

  /// Makes the folder `path` and those above it; those that are there are left alone.
  public static func create(_ path: String) throws(FileError) {
    if FileStatus(of: path)?.kind == .folder { return }
    let above = parent(of: path)
    if above != path && above != "." { try create(above) }
    guard try createNew(path) || FileStatus(of: path)?.kind == .folder else {
      throw FileError(
        .cannotWrite, path, "is a file where a folder is needed; remove it or choose another path")
    }
  }

  /// Makes the folder `path` itself.
  ///
  /// - Returns: false where something of that name is there.
  static func createNew(_ path: String) throws(FileError) -> Bool {
    if mkdir(path, 0o777) == 0 { return true }
    guard errno == EEXIST else { throw .writing(path, "create", errno) }
    return false
  }

  /// The names in the folder `path`, sorted, hidden ones included; empty where there is no folder.
  public static func entries(of path: String) throws(FileError) -> [String] {
    guard let stream = opendir(path) else {
      if errno == ENOENT { return [] }
      throw .reading(path, "list", errno)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// What tells whether a file has changed: its size, and the time of its last change in nanoseconds.
  public struct FileStamp: Hashable, Sendable {
    /// The size in bytes.
    public let size: Int
    /// The time.
    public let time: Int
  }

  /// The plain files in the folder `path` by name, sorted, hidden ones included; links count as what they
  /// lead to. Nil where there is no folder.
  public static func files(
    of path: String
  ) throws(FileError) -> [(name: String, stamp: FileStamp)]? {
    guard FileStatus(of: path)?.kind == .folder else { return nil }
    return try entries(of: path).compactMap { name in
      stamp(of: path + "/" + name).map { (name, $0) }
    }
  }

  /// The stamp of the plain file at `path`; nil where there is none.
  public static func stamp(of path: String) -> FileStamp? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    let time = status.st_mtim
    return FileStamp(size: Int(status.st_size), time: time.tv_sec * 1_000_000_000 + time.tv_nsec)
  }

  /// Waits until the entries of the folder `path`, or the bytes of the file, are on the disk.
  public static func synchronize(_ path: String) throws(FileError) {
    let folder = try OpenFile.reading(path)
    try folder.synchronize()
    try folder.close()
  }

  /// Removes the file `path`; one that is absent is removed already.
  public static func remove(_ path: String) throws(FileError) {
    guard unlink(path) == 0 || errno == ENOENT else { throw .writing(path, "remove", errno) }
  }

  /// Removes the folder `path` where it is there and holds nothing.
  public static func removeIfEmpty(_ path: String) { _ = rmdir(path) }

  /// Gives the file `path` the name `other`, in place of a file that may be there.
  public static func rename(_ path: String, to other: String) throws(FileError) {
    guard systemRename(path, other) == 0 else { throw .writing(path, "rename", errno) }
  }

  private static func trimmingSlashes(_ path: String) -> String {
    var path = path
    while path.count > 1 && path.hasSuffix("/") { path.removeLast() }
    return path
  }
}

// The plain name is taken by a method.
private func systemRename(_ path: String, _ other: String) -> CInt { rename(path, other) }
