#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// An open file descriptor: the thin binding of read, write and their kin, with every interrupted
/// call repeated and every short one continued.
///
/// A class, since a reader or writer shares it between its parts; it closes what it owns.
final class OpenFile {
  /// The path as the user knows it, for messages.
  let path: String

  private var descriptor: CInt
  private let owned: Bool

  private init(path: String, descriptor: CInt, owned: Bool) {
    self.path = path
    self.descriptor = descriptor
    self.owned = owned
  }

  deinit { if owned && descriptor >= 0 { _ = systemClose(descriptor) } }

  /// Opens the regular file or folder `path` to read.
  ///
  /// What it is is looked at before and after: opening a pipe or a device may wait for ever.
  static func reading(_ path: String) throws(FileError) -> OpenFile {
    if let status = FileStatus(of: path) { try requireReadable(path, status) }
    let descriptor = retried { systemOpen(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0) }
    guard descriptor >= 0 else { throw .reading(path, "open", errno) }
    let file = OpenFile(path: path, descriptor: descriptor, owned: true)
    try requireReadable(path, try file.status())
    return file
  }

  private static func requireReadable(_ path: String, _ status: FileStatus) throws(FileError) {
    guard status.kind == .other else { return }
    throw FileError(
      .unreadable, path, "is \(status.words), not a regular file; name a file in its place")
  }

  /// Opens the regular file `path` with `flags`, one of which lets it be written; messages call it `name`.
  ///
  /// - Throws: `cannotWrite`, also where `path` is a symbolic link, which could lead to anybody's file, or a
  ///   pipe, device or socket.
  static func writing(_ path: String, flags: CInt, name: String? = nil) throws(FileError)
    -> OpenFile
  {
    let name = name ?? path
    try requireNoLink(path)
    if let status = FileStatus(of: path) { try requireWritable(name, status) }
    let descriptor = retried {
      systemOpen(path, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o666)
    }
    guard descriptor >= 0 else { throw .writing(name, "create", errno) }
    let file = OpenFile(path: name, descriptor: descriptor, owned: true)
    try requireWritable(name, try file.status())
    return file
  }

  /// Opens the device or pipe `path` to write a stream; waits for the reader of a pipe.
  static func streaming(_ path: String) throws(FileError) -> OpenFile {
    let descriptor = retried { systemOpen(path, O_WRONLY | O_CLOEXEC, 0) }
    guard descriptor >= 0 else { throw .writing(path, "create", errno) }
    return OpenFile(path: path, descriptor: descriptor, owned: true)
  }

  /// - Throws: `cannotWrite` where `path` is a symbolic link.
  static func requireNoLink(_ path: String) throws(FileError) {
    guard FileStatus.isLink(path) else { return }
    throw FileError(
      .cannotWrite, path,
      "is a symbolic link, which is never written through; remove it, or put a file in its place")
  }

  private static func requireWritable(_ path: String, _ status: FileStatus) throws(FileError) {
    guard status.kind == .other else { return }
    throw FileError(
      .cannotWrite, path, "is \(status.words), where a regular file is needed; remove it")
  }

  /// The standard output of the process, which stays open.
  static func standardOutput() -> OpenFile {
    OpenFile(path: "standard output", descriptor: STDOUT_FILENO, owned: false)
  }

  /// The standard input of the process, which stays open.
  static func standardInput() -> OpenFile {
    OpenFile(path: "standard input", descriptor: STDIN_FILENO, owned: false)
  }

  /// Opens the pipe, or whatever else is at `path`, to read without waiting for a writer.
  static func readingPipe(_ path: String) throws(FileError) -> OpenFile {
    let descriptor = retried { systemOpen(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0) }
    guard descriptor >= 0 else { throw .reading(path, "open", errno) }
    return OpenFile(path: path, descriptor: descriptor, owned: true)
  }

  /// Waits until bytes can be read or the writers have gone; false where `seconds` pass before.
  func waitForBytes(_ seconds: Double) throws(FileError) -> Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    let result = poll(&request, 1, CInt(min(seconds * 1000, 1e6)))
    // A signal is looked at by those who called.
    guard result >= 0 || errno == EINTR else { throw .reading(path, "wait for", errno) }
    return result > 0
  }

  /// The next bytes of a stream, at most `most`: none at its end, nil where there are none as yet.
  func nextBytes(atMost most: Int) throws(FileError) -> [UInt8]? {
    var code: CInt = 0
    var isEmpty = false
    let bytes = [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
      let result = retried { systemRead(descriptor, buffer.baseAddress!, most) }
      count = max(result, 0)
      if result < 0 { (code, isEmpty) = (errno, errno == EAGAIN) }
    }
    if isEmpty { return nil }
    guard code == 0 else { throw .reading(path, "read", code) }
    return bytes
  }

  /// What the descriptor refers to, with its size in bytes.
  func status() throws(FileError) -> FileStatus {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .reading(path, "examine", errno) }
    return FileStatus(status)
  }

  /// Fills `bytes` from `offset` on.
  ///
  /// - Throws: `unreadable`; `badContent` where the file ends before `bytes` is full.
  func read(at offset: Int, into bytes: inout MutableRawSpan) throws(FileError) {
    let (done, code) = bytes.withUnsafeMutableBytes { buffer -> (Int, CInt) in
      var done = 0
      while done < buffer.count {
        let result = retried {
          pread(descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(offset + done))
        }
        if result < 0 { return (done, errno) }
        if result == 0 { break }
        done += result
      }
      return (done, 0)
    }
    guard code == 0 else { throw .reading(path, "read", code) }
    guard done == bytes.byteCount else {
      throw FileError(
        .badContent, path,
        "ends at byte \(offset + done), \(bytes.byteCount - done) bytes too early; it was cut off "
          + "while being read or written: copy or make it again")
    }
  }

  /// The `count` bytes from `offset` on.
  func bytes(at offset: Int, count: Int) throws(FileError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var span = bytes.mutableSpan
    var raw = span.mutableBytes
    try read(at: offset, into: &raw)
    return bytes
  }

  /// Writes all of `bytes`, at `offset` or, without one, where the last write ended.
  ///
  /// A pipe without reader is an error, not a signal.
  func write(_ bytes: RawSpan, at offset: Int? = nil) throws(FileError) {
    let code = bytes.withUnsafeBytes { buffer -> CInt in
      var done = 0
      while done < buffer.count {
        let start = buffer.baseAddress! + done
        let result = retried {
          if let offset {
            return pwrite(descriptor, start, buffer.count - done, off_t(offset + done))
          }
          return withoutPipeSignal { systemWrite(descriptor, start, buffer.count - done) }
        }
        if result < 0 { return errno }
        done += result
      }
      return 0
    }
    guard code == 0 else { throw .writing(path, "write", code) }
  }

  /// Reserves room for `bytes`, so that a full disk is told before the first byte is written.
  ///
  /// File systems that cannot reserve are left to tell later.
  func reserve(_ bytes: Int) throws(FileError) {
    #if canImport(Glibc)
      guard bytes > 0 else { return }
      var code = EINTR
      while code == EINTR { code = posix_fallocate(descriptor, 0, off_t(bytes)) }
      guard code != ENOSPC && code != EDQUOT && code != EFBIG else {
        throw .writing(path, "reserve \(bytes) bytes for", code)
      }
    #endif
  }

  /// Cuts the file to `size` bytes.
  func truncate(to size: Int) throws(FileError) {
    guard retried({ ftruncate(descriptor, off_t(size)) }) == 0 else {
      throw .writing(path, "cut", errno)
    }
  }

  /// Waits until the file is on the disk.
  func synchronize() throws(FileError) {
    guard retried({ fsync(descriptor) }) == 0 else {
      // Pipes, terminals and the folders of some network file systems have nothing to flush.
      if errno == EINVAL || errno == EROFS || errno == ENOTSUP { return }
      throw .writing(path, "flush", errno)
    }
  }

  /// Takes the file's lock without waiting.
  ///
  /// - Returns: false where another process holds it, nil where the file system has no locks.
  func lock() -> Bool? {
    if retried({ flock(descriptor, LOCK_EX | LOCK_NB) }) == 0 { return true }
    return errno == EWOULDBLOCK ? false : nil
  }

  /// Closes the file; a write that fails only now, as on network file systems, is an error.
  func close() throws(FileError) {
    guard owned && descriptor >= 0 else { return }
    let result = systemClose(descriptor)
    let code = errno
    descriptor = -1
    // Linux has closed the descriptor also when a signal came in between.
    guard result == 0 || code == EINTR else { throw .writing(path, "close", code) }
  }
}

/// Repeats `call` while a signal interrupts it.
private func retried<R: SignedInteger>(_ call: () -> R) -> R {
  while true {
    let result = call()
    if result >= 0 || errno != EINTR { return result }
  }
}

/// Runs `call` with SIGPIPE held back in this thread, so that a closed pipe shows as `EPIPE`.
///
/// The process's own disposition of the signal stays as it is; one that arises here is taken away.
private func withoutPipeSignal(_ call: () -> Int) -> Int {
  var pipe = sigset_t()
  var before = sigset_t()
  var pending = sigset_t()
  sigemptyset(&pipe)
  sigaddset(&pipe, SIGPIPE)
  sigpending(&pending)
  pthread_sigmask(SIG_BLOCK, &pipe, &before)
  let result = call()
  let code = errno
  if result < 0 && code == EPIPE && sigismember(&pending, SIGPIPE) == 0 {
    #if canImport(Glibc)
      var now = timespec(tv_sec: 0, tv_nsec: 0)
      _ = retried { sigtimedwait(&pipe, nil, &now) }
    #endif
  }
  pthread_sigmask(SIG_SETMASK, &before, nil)
  errno = code
  return result
}

// The plain names are taken by methods of the class.
private func systemOpen(_ path: String, _ flags: CInt, _ mode: mode_t) -> CInt {
  open(path, flags, mode)
}
private func systemClose(_ descriptor: CInt) -> CInt { close(descriptor) }
private func systemRead(_ descriptor: CInt, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(descriptor, bytes, count)
}
private func systemWrite(_ descriptor: CInt, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
