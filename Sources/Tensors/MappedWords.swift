#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file of 64-bit words that is written by plain stores: the kernel holds its pages, so that they
/// outlive the process however it ends.
public final class MappedWords {
  /// The number of words.
  public let count: Int

  @usableFromInline let base: UnsafeMutablePointer<UInt64>

  /// A new file at `path` of `count` zeros, in place of one that may be there; nil where the system
  /// does not allow it.
  ///
  /// Its room on the disk is reserved, since a store that finds none would end the process.
  public init?(path: String, count: Int) {
    precondition(count > 0, "a file of \(count) words")
    unlink(path)
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let bytes = count * MemoryLayout<UInt64>.stride
    #if canImport(Glibc)
      let hasRoom = posix_fallocate(descriptor, 0, off_t(bytes)) == 0
    #else
      let hasRoom = ftruncate(descriptor, off_t(bytes)) == 0
    #endif
    guard hasRoom,
      let address = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      address != MAP_FAILED
    else {
      unlink(path)
      return nil
    }
    self.count = count
    base = address.bindMemory(to: UInt64.self, capacity: count)
    BusErrorGuard.begin(base, count: bytes)
  }

  deinit {
    BusErrorGuard.end(base)
    munmap(base, count * MemoryLayout<UInt64>.stride)
  }

  /// Whether somebody else has cut the file off, so that words are written to memory alone; as long as no other
  /// file of words has been made since.
  public var isLost: Bool { BusErrorGuard.hasLost(base) }

  /// One word.
  @inlinable public subscript(index: Int) -> UInt64 {
    get {
      precondition(index >= 0 && index < count)
      return base[index]
    }
    set {
      precondition(index >= 0 && index < count)
      base[index] = newValue
    }
  }
}
