import Zlib

/// The header of NumPy's NPY format, versions 1.0, 2.0 and 3.0
/// (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
///
/// Leaves out: structured and object types, half precision, complex numbers, unsigned numbers of
/// eight bytes.
struct NPYHeader {
  /// How a number is written.
  let element: ElementFormat
  /// The extents.
  let shape: [Int]
  /// Whether numbers lie with the first index running fastest, in Fortran's order.
  let isFortran: Bool
  /// The bytes up to the first number.
  let size: Int

  private static let greatestLength = 1 << 16

  /// Takes the header of the file called `name` from the front of `stream`.
  init(_ stream: ByteStream, _ name: String) throws(DatasetError) {
    func wrong(_ what: String) -> DatasetError { DatasetError(.badContent, "\(name): \(what)") }
    let start = try stream.next(8)
    let magic: [UInt8] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]
    guard start.count == 8, Array(start[..<6]) == magic else {
      throw wrong("this is not an NPY file: it does not begin with \\x93NUMPY")
    }
    guard (1...3).contains(start[6]) else {
      throw wrong("NPY version \(start[6]).\(start[7]) is not known; 1.0 to 3.0 are")
    }
    let lengthBytes = try stream.next(start[6] == 1 ? 2 : 4)
    let length = lengthBytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= NPYHeader.greatestLength else {
      throw wrong("its header claims \(length) bytes, more than \(NPYHeader.greatestLength)")
    }
    let text = try stream.next(length)
    guard text.count == length else { throw wrong("it is truncated within its header") }
    size = 8 + lengthBytes.count + length

    var parser = PythonLiteral(text)
    guard let fields = parser.dictionary() else {
      throw wrong("its header is not a dictionary of descr, fortran_order and shape")
    }
    guard case .text(let descriptor) = fields["descr"] else {
      throw wrong("arrays of records are not supported; save plain numbers")
    }
    guard let element = NPYHeader.element(descriptor) else {
      throw wrong(
        "numbers of type '\(descriptor)' are not supported; save float32, float64, int8, int16, "
          + "int32, int64, uint8, uint16, uint32 or bool")
    }
    guard case .numbers(let shape) = fields["shape"] else { throw wrong("its header has no shape") }
    guard case .truth(let isFortran) = fields["fortran_order"] else {
      throw wrong("its header has no fortran_order")
    }
    // With at most one extent above 1, both orders are the same.
    self.isFortran = isFortran && shape.filter { $0 > 1 }.count > 1
    self.element = element
    self.shape = shape
  }

  private static func element(_ descriptor: String) -> ElementFormat? {
    guard let order = descriptor.first, "<>|=".contains(order) else { return nil }
    let kinds: [String: ElementFormat.Kind] = [
      "b1": .bool, "u1": .uint8, "u2": .uint16, "u4": .uint32, "i1": .int8, "i2": .int16,
      "i4": .int32, "i8": .int64,
      "f4": .float32, "f8": .float64,
    ]
    return kinds[String(descriptor.dropFirst())].map { ElementFormat($0, bigEndian: order == ">") }
  }
}
