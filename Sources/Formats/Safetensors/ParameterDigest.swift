import Digests
import Tensors

/// The digest of named tensors: equal where names, shapes and every bit of the numbers are equal.
///
/// It is SHA-256 over the tensors in the order of their names' UTF-8 bytes; of each tensor
///
///     the number of bytes of its name         u64, little-endian
///     its name                                UTF-8
///     the number of its dimensions            u64, little-endian
///     each dimension                          u64, little-endian
///     its elements, in the order of the file  f32, little-endian
///
/// so anybody can recompute it from a safetensors file; `docs/files.md` has a Python program.
public struct ParameterDigest: ~Copyable {
  private var hash = SHA256()
  private var last: String?

  /// The digest of no tensors yet.
  public init() {}

  /// Adds the tensor `name`.
  ///
  /// - Precondition: `name` comes after all names added before (see ``ordered(_:)``), and `values`
  ///   are as many as `shape` says.
  public mutating func add(_ name: String, shape: Shape, values: Span<Float>) {
    precondition(values.count == shape.count, "\(values.count) values for the shape \(shape)")
    if let last {
      precondition(ParameterDigest.precedes(last, name), "\(name) was added after \(last)")
    }
    last = name
    let utf8 = Array(name.utf8)
    hash.update(littleEndian(utf8.count))
    hash.update(utf8)
    hash.update(littleEndian(shape.rank))
    for extent in shape.dimensions { hash.update(littleEndian(extent)) }
    hash.update(values.bytes)
  }

  /// The digest as 64 lower-case hexadecimal digits.
  public consuming func finish() -> String { hash.finishHex() }

  /// Whether `left` comes before `right`, byte by byte.
  public static func precedes(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }

  /// `names` in the order in which tensors are to be added.
  public static func ordered(_ names: some Sequence<String>) -> [String] {
    names.sorted(by: precedes)
  }

  /// The digest of all tensors of a file, converted to single precision.
  public static func hex(of reader: SafetensorsReader) throws(FileError) -> String {
    let longest = reader.header.tensors.map(\.shape.count).max() ?? 0
    let room = FloatStorage(count: longest)
    var digest = ParameterDigest()
    for name in ordered(reader.header.tensors.map(\.name)) {
      let shape = try reader.tensor(name).shape
      var values = room.mutableSpan(0..<shape.count)
      try reader.read(name, into: &values)
      digest.add(name, shape: shape, values: room.span(0..<shape.count))
    }
    return digest.finish()
  }
}

private func littleEndian(_ value: Int) -> [UInt8] {
  (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}
