#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A failed system call: its error number, and what that means to a person.
public struct SystemError: Error, Hashable, CustomStringConvertible {
  /// The number, as in `errno.h`.
  public let code: CInt

  /// The error of the number `code`.
  public init(_ code: CInt) { self.code = code }

  /// The system's own words, such as `No space left on device`.
  public var description: String { String(cString: strerror(code)) }

  /// What a person may do about it.
  var remedy: String {
    switch code {
    case ENOSPC: "free some space there or choose a folder on another disk"
    case EDQUOT: "your disk quota is used up: remove files or choose another file system"
    case EROFS: "the file system is read-only: choose a folder that can be written"
    case EACCES, EPERM: "check its permissions and those of its folders, or choose another path"
    case ENOENT: "check the spelling; relative paths start at the working directory"
    case ENOTDIR: "a part of the path is a file, not a folder: check the spelling"
    case EISDIR: "this is a folder where a file is needed: name a file within it"
    case ENAMETOOLONG: "choose a shorter name"
    case EFBIG: "raise the file size limit (ulimit -f) or choose another file system"
    case EMFILE, ENFILE: "raise the limit of open files (ulimit -n)"
    case ELOOP: "its symbolic links form a circle: name the file itself"
    case EPIPE: "the program that read this output has ended: keep it running, or write to a file"
    default: "check the disk and its connection, then try again"
    }
  }
}

extension FileError {
  /// A system call that failed while reading; `action` says what was tried, such as `open`.
  static func reading(_ path: String, _ action: String, _ code: CInt) -> FileError {
    let error = SystemError(code)
    return FileError(
      .unreadable, path, "cannot \(action) it: \(error); \(error.remedy)", cause: error)
  }

  /// A system call that failed while writing; `action` says what was tried, such as `create`.
  static func writing(_ path: String, _ action: String, _ code: CInt) -> FileError {
    let error = SystemError(code)
    return FileError(
      code == EPIPE ? .readerGone : .cannotWrite, path,
      "cannot \(action) it: \(error); \(error.remedy)", cause: error)
  }
}
