#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A fixed number of single-precision numbers at an address aligned to 64 bytes; the only allocator
/// of training memory.
///
/// Reads and writes go through spans, whose bounds are checked once. Two spans of one storage may
/// overlap; keeping writers apart is the caller's duty, which is why the class is `Sendable` only by
/// promise: arenas are handed between a run's threads, never written by two at once.
public final class FloatStorage: @unchecked Sendable {
  /// The alignment of every storage in bytes: a cache line, and a full vector register.
  public static let alignment = 64

  /// Storages of at least this many bytes ask for pages of this size: a walk over 100 MB of parameters
  /// then misses the translation buffer 512 times less often.
  private static let largePage = 1 << 21

  /// The number of elements.
  public let count: Int

  /// The first element. For the bindings of C libraries only; everyone else takes spans.
  public let base: UnsafeMutablePointer<Float>

  /// What the memory belongs to, where it is not the storage's own.
  private let owner: AnyObject?

  /// A storage of `count` zeros.
  ///
  /// Where the memory can't be allocated the process ends with one sentence and exit code 78. What is
  /// large is compared with ``AvailableMemory`` before.
  ///
  /// - Precondition: `count` is not negative.
  public init(count: Int) {
    precondition(count >= 0, "a storage of \(count) elements")
    self.count = count
    var raw: UnsafeMutableRawPointer?
    let (bytes, overflow) = max(count, 1).multipliedReportingOverflow(
      by: MemoryLayout<Float>.stride)
    guard !overflow else { AvailableMemory.endProcess(wanting: .max) }
    let isLarge = bytes >= FloatStorage.largePage
    let alignment = isLarge ? FloatStorage.largePage : FloatStorage.alignment
    guard posix_memalign(&raw, alignment, bytes) == 0, let raw else {
      AvailableMemory.endProcess(wanting: bytes)
    }
    #if canImport(Glibc)
      // A wish only: where the system has none to give, small pages do as well.
      if isLarge { madvise(raw, bytes, MADV_HUGEPAGE) }
    #endif
    base = raw.bindMemory(to: Float.self, capacity: max(count, 1))
    base.initialize(repeating: 0, count: max(count, 1))
    owner = nil
  }

  /// A storage over memory that belongs to `owner`, as it is.
  init(borrowing base: UnsafeMutablePointer<Float>, count: Int, owner: AnyObject) {
    (self.base, self.count, self.owner) = (base, count, owner)
  }

  /// A storage that holds a copy of `values`.
  public convenience init(_ values: [Float]) {
    self.init(count: values.count)
    values.withUnsafeBufferPointer { source in
      if let start = source.baseAddress { base.update(from: start, count: source.count) }
    }
  }

  deinit { if owner == nil { free(base) } }

  /// All elements, to read.
  public var span: Span<Float> {
    @_lifetime(borrow self) get { span(0..<count) }
  }

  /// All elements, to write.
  public var mutableSpan: MutableSpan<Float> {
    @_lifetime(borrow self) get { mutableSpan(0..<count) }
  }

  /// The elements of `range`, to read.
  ///
  /// - Precondition: `range` lies within the storage.
  @_lifetime(borrow self)
  public func span(_ range: Range<Int>) -> Span<Float> {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= count, "\(range) of a storage of \(count)")
    let buffer = UnsafeBufferPointer(start: base + range.lowerBound, count: range.count)
    return _overrideLifetime(buffer.span, borrowing: self)
  }

  /// The elements of `range`, to write.
  ///
  /// - Precondition: `range` lies within the storage.
  @_lifetime(borrow self)
  public func mutableSpan(_ range: Range<Int>) -> MutableSpan<Float> {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= count, "\(range) of a storage of \(count)")
    let buffer = UnsafeMutableBufferPointer(start: base + range.lowerBound, count: range.count)
    return _overrideLifetime(buffer.mutableSpan, borrowing: self)
  }

  /// A copy of all elements.
  public var array: [Float] { Array(UnsafeBufferPointer(start: base, count: count)) }
}
