import Tensors

#if !_endian(little)
  #error("The elements of a NPY file are written as they stand, which needs little-endian words.")
#endif

/// A Swift type whose values NumPy reads as they stand.
public protocol NPYScalar: BitwiseCopyable {
  /// NumPy's name of the type, such as `<f4`.
  static var descriptor: String { get }
}

extension Float: NPYScalar {
  /// Little-endian single precision.
  public static var descriptor: String { "<f4" }
}

extension Int64: NPYScalar {
  /// Little-endian signed 64-bit integers.
  public static var descriptor: String { "<i8" }
}

/// Writes one array as a NPY file, version 1.0, in any number of pieces.
///
/// The format is described in NumPy's `numpy.lib.format`: magic, version, the length of the header
/// as u16, a Python dictionary padded to a multiple of 64 bytes, then the elements in C order. Left
/// out: other element types, Fortran order, versions 2 and 3.
public final class NPYWriter<Scalar: NPYScalar> {
  private let sink: any ByteSink
  private let shape: Shape
  private var written = 0

  /// Begins an array of `shape` in `sink`.
  public init(to sink: any ByteSink, shape: Shape) throws(FileError) {
    self.sink = sink
    self.shape = shape
    try sink.write(npyHeader(Scalar.descriptor, shape).span.bytes)
  }

  /// Appends `values`, last dimension contiguous.
  ///
  /// - Precondition: the shape has room for them.
  public func write(_ values: Span<Scalar>) throws(FileError) {
    precondition(written + values.count <= shape.count, "more values than \(shape) holds")
    try sink.write(values.bytes)
    written += values.count
  }

  /// Finishes the sink.
  ///
  /// - Precondition: the array is complete.
  public func finish() throws(FileError) {
    precondition(written == shape.count, "\(written) of \(shape.count) values were written")
    try sink.finish()
  }
}

private func npyHeader(_ descriptor: String, _ shape: Shape) -> [UInt8] {
  // Python writes a tuple of one with a comma behind it.
  let extents = shape.dimensions.map(String.init).joined(separator: ", ")
  let tuple = shape.rank == 1 ? "(\(extents),)" : "(\(extents))"
  var text = "{'descr': '\(descriptor)', 'fortran_order': False, 'shape': \(tuple), }"
  let fixed = 10 + text.utf8.count + 1
  text += String(repeating: " ", count: (64 - fixed % 64) % 64) + "\n"
  let count = text.utf8.count
  precondition(count <= UInt16.max, "a shape of \(shape.rank) dimensions")
  return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(count & 255), UInt8(count >> 8)]
    + Array(text.utf8)
}
