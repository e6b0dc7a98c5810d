import Synchronization

#if canImport(Glibc)
  import CLinux
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A piece of memory that processes of one machine hold in common: made by one, opened by the others.
///
/// It has no name in any file system: nothing is left over, however its processes end, and no limit of
/// a mounted file system (64 MB in many containers) applies. The others open it through the maker's
/// entry in `/proc`, which the system allows for processes of one user. Linux only.
///
/// What one process writes before ``raise(_:to:)`` others may read after ``value(of:)`` has shown it.
public final class SharedMemory: @unchecked Sendable {
  /// What another process needs to open the memory.
  public struct Address: Hashable, Sendable {
    /// The numbers that make it up.
    public let words: [Int]

    /// The address that another process has told.
    public init(words: [Int]) { self.words = words }

    var process: Int32 { Int32(truncatingIfNeeded: words[0]) }
    var file: Int32 { Int32(truncatingIfNeeded: words[1]) }
    var bytes: Int { words[2] }
  }

  /// Counters have a cache line each, so that who waits for one is not disturbed by another.
  private static let line = 64
  /// The first page: a mark of its own, and the counters.
  private static let head = 4096
  /// The number of counters.
  public static let counters = head / line - 1

  /// Where others find it.
  public let address: Address
  private let base: UnsafeMutableRawPointer
  private let bytes: Int
  private let file: Int32

  /// Memory for `count` numbers, all zero; nil where the system gives none.
  public convenience init?(count: Int) {
    #if os(Linux)
      let bytes = SharedMemory.head + max(count, 1) * MemoryLayout<Float>.stride
      let file = memfd_create("nntrain", UInt32(NN_MFD_CLOEXEC))
      guard file >= 0 else { return nil }
      // The pages are asked for now: a machine without memory says so here, not in a later step.
      guard posix_fallocate(file, 0, bytes) == 0 else {
        close(file)
        return nil
      }
      let mark = Int(truncatingIfNeeded: UInt64.random(in: .min ... .max))
      self.init(file, Address(words: [Int(getpid()), Int(file), bytes, mark]), isMaker: true)
    #else
      return nil
    #endif
  }

  /// The memory that another process has made at `address`; nil where it can't be reached, which is so
  /// on another machine.
  public convenience init?(_ address: Address) {
    guard address.words.count == 4, address.bytes > SharedMemory.head else { return nil }
    let path = "/proc/\(address.process)/fd/\(address.file)"
    let file = open(path, O_RDWR | O_CLOEXEC)
    guard file >= 0 else { return nil }
    var status = stat()
    // A process of that number on this machine may be another one.
    guard fstat(file, &status) == 0, Int(status.st_size) == address.bytes else {
      close(file)
      return nil
    }
    self.init(file, address, isMaker: false)
  }

  private init?(_ file: Int32, _ address: Address, isMaker: Bool) {
    let base = mmap(nil, address.bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
    guard let base, base != MAP_FAILED else {
      close(file)
      return nil
    }
    self.base = base
    self.address = address
    (bytes, self.file) = (address.bytes, file)
    if isMaker {
      base.storeBytes(of: address.words[3], as: Int.self)
    } else if base.load(as: Int.self) != address.words[3] {
      return nil
    }
  }

  deinit {
    munmap(base, bytes)
    close(file)
  }

  /// The numbers of `range`, as a storage that keeps the memory alive.
  ///
  /// - Precondition: `range` lies within it and starts at a cache line.
  public func storage(_ range: Range<Int>) -> FloatStorage {
    let stride = MemoryLayout<Float>.stride
    precondition(
      range.lowerBound >= 0 && SharedMemory.head + range.upperBound * stride <= bytes
        && range.lowerBound * stride % SharedMemory.line == 0, "\(range) of \(bytes) bytes")
    let start = base + SharedMemory.head + range.lowerBound * stride
    return FloatStorage(
      borrowing: start.bindMemory(to: Float.self, capacity: max(range.count, 1)),
      count: range.count, owner: self)
  }

  /// The value of a counter, 0 at first; everything that was written before it was raised is seen.
  public func value(of counter: Int) -> Int { atomic(counter).pointee.load(ordering: .acquiring) }

  /// Raises a counter, which one process alone does.
  public func raise(_ counter: Int, to value: Int) {
    atomic(counter).pointee.store(value, ordering: .releasing)
  }

  private func atomic(_ counter: Int) -> UnsafeMutablePointer<Atomic<Int>> {
    precondition(counter >= 0 && counter < SharedMemory.counters, "counter \(counter)")
    return (base + (counter + 1) * SharedMemory.line).assumingMemoryBound(to: Atomic<Int>.self)
  }
}
