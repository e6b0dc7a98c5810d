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

  /// Opens the file at `path`.
  public init(path: String) throws(InputError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(path, errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw .system(path, code)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw InputError(.unreadable, "\(path) is not a regular file; name a file in its place")
    }
    self.path = path
    self.size = Int(status.st_size)
    self.descriptor = descriptor
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
