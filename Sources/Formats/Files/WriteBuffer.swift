/// Small writes gathered until they are worth a system call.
struct WriteBuffer {
  private static let capacity = 1 << 16
  private var bytes: [UInt8] = []

  /// Whether `count` more bytes do not fit beside what is held.
  func isFull(for count: Int) -> Bool { bytes.count + count > WriteBuffer.capacity }

  /// Whether so many bytes are better written at once.
  static func isBypassed(by count: Int) -> Bool { count >= capacity }

  /// Adds `piece`.
  mutating func append(_ piece: RawSpan) {
    if bytes.capacity < WriteBuffer.capacity { bytes.reserveCapacity(WriteBuffer.capacity) }
    piece.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }

  /// What is held, which is no longer held afterwards: bytes that fail to be written stay lost.
  mutating func take() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }
}
