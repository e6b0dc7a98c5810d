import Zlib

/// The IDX format of the MNIST files, plain or gzip.
///
/// Two zero bytes, the kind of number, the number of dimensions (1 to 4), the dimensions as
/// big-endian 32-bit numbers, then the numbers, big-endian, the last dimension fastest
/// (Y. LeCun, C. Cortes, C. Burges, "The MNIST database", "The IDX file format").
///
/// A sample of one dimension is a feature vector, of two an image of one channel, of three an image
/// `[channels, height, width]`.
public enum IDXReader {
  /// Reads the samples of `inputs`, with the targets of `targets` where there are any.
  public static func read(
    inputs: String, targets: String?, kind: TargetKind = .automatic,
    declared: TargetDescription? = nil, firstLabel: Int = 0, limits: ReadLimits = ReadLimits()
  ) throws(DatasetError) -> ArrayDataset {
    let source = try open(inputs)
    let stored =
      if let targets {
        try open(targets).targets(kind, declared: declared, firstLabel: firstLabel)
      } else {
        StoredTargets.absent
      }
    return try ArrayDataset(
      inputs, rows: source.rows(limits), inputShape: sampleShape(source.shape), targets: stored)
  }

  private static func sampleShape(_ shape: [Int]) -> [Int] {
    switch shape.count {
    case 1: [1]
    case 3: [1, shape[1], shape[2]]
    default: Array(shape.dropFirst())
    }
  }

  private static func open(_ path: String) throws(DatasetError) -> ArraySource {
    let file = try InputFile.forData(path)
    guard file.size > 0 else { throw DatasetError(.badContent, "\(path) is empty") }
    let stream = try file.stream()
    let start = try stream.next(4)
    guard start.count == 4, start[0] == 0, start[1] == 0, (1...4).contains(start[3]),
      let kind = kinds[start[2]]
    else {
      let found = start.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
      throw DatasetError(
        .badContent,
        "\(path) is not an IDX file: it begins with the bytes \(found), not with two zeros, a kind "
          + "of number and 1 to 4 dimensions")
    }
    let dimensions = Int(start[3])
    let extents = try stream.next(4 * dimensions)
    guard extents.count == 4 * dimensions else {
      throw DatasetError(.badContent, "\(path) is truncated within its header")
    }
    let shape = (0..<dimensions).map { i in
      (0..<4).reduce(0) { $0 << 8 | Int(extents[4 * i + $1]) }
    }
    return try ArraySource(
      path, file: file, stream: stream, headerSize: 4 + 4 * dimensions,
      element: ElementFormat(kind, bigEndian: true), shape: shape)
  }

  private static let kinds: [UInt8: ElementFormat.Kind] = [
    0x08: .uint8, 0x09: .int8, 0x0b: .int16, 0x0c: .int32, 0x0d: .float32, 0x0e: .float64,
  ]
}
