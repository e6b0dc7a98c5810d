/// Small data files, byte by byte.
enum BinaryFiles {
  /// An IDX file of unsigned bytes with the given dimensions in its header.
  static func idx(_ dimensions: [UInt32], _ elements: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = [0, 0, 0x08, UInt8(dimensions.count)]
    for extent in dimensions {
      for shift: UInt32 in [24, 16, 8, 0] { bytes.append(UInt8(extent >> shift & 0xff)) }
    }
    return bytes + elements
  }

  /// An NPY file, version 1.0, of single-precision numbers.
  static func npy(_ shape: [Int], _ elements: [Float]) -> [UInt8] {
    header("<f4", shape)
      + elements.flatMap { element in
        ([0, 8, 16, 24] as [UInt32]).map { UInt8(element.bitPattern >> $0 & 0xff) }
      }
  }

  /// An NPY file, version 1.0, of double-precision numbers.
  static func npy(_ shape: [Int], doubles: [Double]) -> [UInt8] {
    header("<f8", shape)
      + doubles.flatMap { element in
        stride(from: UInt64(0), to: 64, by: 8).map { UInt8(element.bitPattern >> $0 & 0xff) }
      }
  }

  /// What comes before the elements of an NPY file.
  private static func header(_ type: String, _ shape: [Int]) -> [UInt8] {
    let extents = shape.map { "\($0)," }.joined(separator: " ")
    var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(extents)), }"
    header += String(repeating: " ", count: 63 - (header.utf8.count + 10) % 64) + "\n"
    let count = header.utf8.count
    var bytes: [UInt8] = [0x93]
    bytes += Array("NUMPY".utf8)
    bytes += [1, 0, UInt8(count & 0xff), UInt8(count >> 8)]
    return bytes + Array(header.utf8)
  }

  /// An NPZ file: a ZIP archive of NPY members as they are.
  static func npz(_ members: [(name: String, npy: [UInt8])]) -> [UInt8] {
    var (bytes, directory): ([UInt8], [UInt8]) = ([], [])
    func number(_ value: Int, _ size: Int) -> [UInt8] {
      (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    for (name, npy) in members {
      let file = Array((name + ".npy").utf8)
      let common =
        number(20, 2) + number(0, 8) + number(Int(checksum(npy)), 4) + number(npy.count, 4)
        + number(npy.count, 4) + number(file.count, 2) + number(0, 2)
      directory += number(0x0201_4b50, 4) + number(20, 2) + common + number(0, 10)
      directory += number(bytes.count, 4) + file
      bytes += number(0x0403_4b50, 4) + common + file + npy
    }
    let start = bytes.count
    return bytes + directory + number(0x0605_4b50, 4) + number(0, 4) + number(members.count, 2)
      + number(members.count, 2) + number(directory.count, 4) + number(start, 4) + number(0, 2)
  }

  /// The CRC-32 of ZIP and gzip.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var sum = UInt32.max
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xedb8_8320 : sum >> 1 }
    }
    return ~sum
  }

  /// The single-precision numbers at the end of an NPY file, and its header as text.
  static func parse(npy bytes: [UInt8]) -> (header: String, elements: [Float])? {
    guard bytes.count >= 10, bytes[0] == 0x93, bytes[1..<6].elementsEqual("NUMPY".utf8) else {
      return nil
    }
    let start = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
    guard bytes.count >= start, (bytes.count - start) % 4 == 0 else { return nil }
    var elements: [Float] = []
    for place in stride(from: start, to: bytes.count, by: 4) {
      var pattern: UInt32 = 0
      for i in 0..<4 { pattern |= UInt32(bytes[place + i]) << UInt32(8 * i) }
      elements.append(Float(bitPattern: pattern))
    }
    return (String(decoding: bytes[10..<start], as: UTF8.self), elements)
  }
}
