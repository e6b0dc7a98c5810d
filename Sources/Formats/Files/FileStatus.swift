#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a path refers to.
struct FileStatus {
  /// The kinds of things in a file system that make a difference here.
  enum Kind {
    case file
    case folder
    /// A device, pipe or socket: written as a stream, never replaced.
    case other
  }

  /// The kind of thing.
  let kind: Kind
  /// What it is, in words for messages.
  let words: String
  /// The size in bytes.
  let size: Int
  /// Device and number, which together tell one file from another.
  let identity: [UInt64]

  /// The status as the system gives it.
  init(_ status: stat) {
    (kind, words) =
      switch status.st_mode & S_IFMT {
      case S_IFREG: (.file, "a file")
      case S_IFDIR: (.folder, "a folder")
      case S_IFIFO: (.other, "a pipe")
      case S_IFSOCK: (.other, "a socket")
      default: (.other, "a device")
      }
    size = Int(status.st_size)
    identity = [UInt64(status.st_dev), UInt64(status.st_ino)]
  }

  /// The status of what `path` leads to, or nil where nothing is there or it cannot be seen.
  init?(of path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  /// Whether `path` itself is a symbolic link.
  static func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }
}
