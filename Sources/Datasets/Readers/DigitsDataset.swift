import Zlib

/// 1,797 handwritten digits of 8×8 pixels with 17 shades (0 to 16), part of this library: the test
/// set of the UCI data set "Optical Recognition of Handwritten Digits"
/// (E. Alpaydin, C. Kaynak, 1998, CC BY 4.0), as scikit-learn's `load_digits` gives it.
public enum DigitsDataset {
  private static let count = 1797
  private static let shape = [1, 8, 8]
  private static let pixels = 64

  /// The samples, of the shape `[1, 8, 8]` in ten classes, in the order of scikit-learn.
  public static func load() throws(DatasetError) -> ArrayDataset {
    let size = count * (1 + pixels)
    let bytes: [UInt8]
    do {
      bytes = try Gzip.decompress(EmbeddedDigits.compressed.span, maximum: size)
    } catch { throw DatasetError(error) }
    guard bytes.count == size else {
      throw DatasetError(.badContent, "the embedded digits have \(bytes.count) of \(size) bytes")
    }
    return try ArrayDataset(
      "digits", rows: ByteRows(bytes, count: count, width: pixels, offset: count),
      inputShape: shape,
      targets: StoredTargets(
        classes: bytes[..<count].map { Int32($0) }, names: (0..<10).map(String.init)))
  }
}
