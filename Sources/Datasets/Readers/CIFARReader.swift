import Zlib

/// The binary version of CIFAR-10, plain or gzip: records of one label byte and 3×32×32 pixels, all
/// red, then all green, then all blue
/// (A. Krizhevsky, "The CIFAR-10 dataset", https://www.cs.toronto.edu/~kriz/cifar.html).
public enum CIFARReader {
  /// The names of the classes, in the order of their numbers.
  public static let classNames = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]

  private static let shape = [3, 32, 32]
  private static let width = 3072
  private static let recordSize = 1 + width

  /// Reads the records of all files, in this order.
  public static func read(
    paths: [String], limits: ReadLimits = ReadLimits()
  ) throws(DatasetError) -> any GatheringDataset {
    var parts: [any GatheringDataset] = []
    for path in paths { parts.append(try read(path, limits)) }
    guard parts.count != 1 else { return parts[0] }
    return try Concatenated(parts)
  }

  private static func read(
    _ path: String, _ limits: ReadLimits
  ) throws(DatasetError) -> ArrayDataset {
    let file = try InputFile.forData(path)
    guard file.size > 0 else { throw DatasetError(.badContent, "\(path) is empty") }
    let stream = try file.stream(limit: limits.unpacked)
    let inMemory = stream.isCompressed || file.size <= limits.inMemory
    var labels: [Int32] = []
    var bytes: [UInt8] = []
    if inMemory, !stream.isCompressed { bytes.reserveCapacity(file.size) }
    var piece = [UInt8](repeating: 0, count: 64 * recordSize)
    // One pass also where pixels stay in the file: labels are needed for stratified splits.
    while true {
      var room = piece.mutableSpan
      let got = try stream.next(&room)
      guard got % recordSize == 0 else {
        throw DatasetError(
          .badContent,
          "\(path) is not a CIFAR-10 file, or is truncated: record \(labels.count + got / recordSize)"
            + " has \(got % recordSize) bytes of \(recordSize)")
      }
      for start in stride(from: 0, to: got, by: recordSize) {
        guard piece[start] < classNames.count else {
          throw DatasetError(
            .badContent,
            "\(path): record \(labels.count) has the label \(piece[start]); CIFAR-10 has the "
              + "classes 0 to \(classNames.count - 1)")
        }
        labels.append(Int32(piece[start]))
      }
      if inMemory { bytes.append(contentsOf: piece[..<got]) }
      if got < piece.count { break }
    }
    let rows: any InputRows =
      if inMemory {
        ByteRows(bytes, count: labels.count, width: width, offset: 1, stride: recordSize)
      } else {
        FileRows(
          file, element: ElementFormat(.uint8), count: labels.count, width: width, offset: 1,
          stride: recordSize)
      }
    return try ArrayDataset(
      path, rows: rows, inputShape: shape,
      targets: StoredTargets(classes: labels, names: classNames))
  }
}
