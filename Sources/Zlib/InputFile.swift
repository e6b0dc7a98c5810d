#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A regular file opened for reading at any offset; closed when the last reference goes.
///
/// Reads are checked `pread` calls, never a mapping: a file that shrinks under a mapping kills the
/// process with SIGBUS, where a short read is an error that can be told.
public final class InputFile {
  /// The path as it was given.
  public let path: String
  /// The size in bytes when the file was opened.
  public let size: Int
  private let descriptor: CInt
  /// When the file was changed last, as it was opened.
  private let changed: timespec

  /// Opens the file at `path`, which is looked at before: opening a pipe or a device may wait for ever.
  public init(path: String) throws(InputError) {
    var status = stat()
    if stat(path, &status) == 0 { try InputFile.requireRegular(path, status) }
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(path, errno) }
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw .system(path, code)
    }
    do { try InputFile.requireRegular(path, status) } catch {
      close(descriptor)
      throw error
    }
    self.path = path
    self.size = Int(status.st_size)
    self.descriptor = descriptor
    changed = status.st_mtim
  }

  private static func requireRegular(_ path: String, _ status: stat) throws(InputError) {
    guard status.st_mode & S_IFMT != S_IFREG else { return }
    let found =
      switch status.st_mode & S_IFMT {
      case S_IFDIR: "a folder"
      case S_IFIFO: "a pipe"
      case S_IFSOCK: "a socket"
      default: "a device"
      }
    throw InputError(
      .unreadable, "\(path) is \(found), not a regular file; name a file in its place")
  }

  /// Whether the file has been written to, or has another size, since it was opened.
  public var hasChanged: Bool {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return false }
    return Int(status.st_size) != size || status.st_mtim.tv_sec != changed.tv_sec
      || status.st_mtim.tv_nsec != changed.tv_nsec
  }

  deinit { close(descriptor) }

  /// Reads from `offset` until `buffer` is full or the file ends; returns the number of bytes read.
  public func read(into buffer: inout MutableSpan<UInt8>, at offset: Int) throws(InputError) -> Int
  {
    let (descriptor, wanted) = (descriptor, buffer.count)
    var done = 0
    while done < wanted {
      let start = done
      let got = buffer.withUnsafeMutableBytes { bytes in
        pread(descriptor, bytes.baseAddress! + start, wanted - start, off_t(offset + start))
      }
      if got < 0 {
        if errno == EINTR { continue }
        throw .system(path, errno)
      }
      if got == 0 { break }
      done += got
    }
    return done
  }
}
