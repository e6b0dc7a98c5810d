import Zlib

/// A text in UTF-8, plain or gzip, as windows of consecutive characters.
///
/// A character is a Unicode scalar, as in Python, so that any text can be put together again from its
/// characters; a byte order mark at the front is left out.
public enum TextReader {
  /// Reads the windows of `length` characters of the text at `path`.
  ///
  /// - Parameters:
  ///   - vocabulary: The characters that the text may hold; nil for those that it does.
  ///   - take: How many windows are read; nil for all.
  /// - Throws: Where the file is not UTF-8, is shorter than a window and the character behind it, or
  ///   holds a character that the vocabulary lacks.
  public static func read(
    path: String, length: Int, vocabulary: [String]? = nil, take: Int? = nil,
    limits: ReadLimits = ReadLimits()
  ) throws(DatasetError) -> TextDataset {
    guard length > 0 else {
      throw DatasetError(.badRequest, "\(path): windows of \(length) characters; give at least 1")
    }
    var text = try scalars(try bytes(path, limits), path)
    let windows = (text.count - 1) / length
    guard windows > 0 else {
      throw DatasetError(
        .badContent,
        "\(path) holds \(text.count) characters; a window of \(length) and the character behind it"
          + " need \(length + 1): use a longer text or a smaller length")
    }
    if let take {
      guard take <= windows else {
        throw DatasetError(
          .badRequest,
          "\(path): the first \(take) windows are asked for; there are 1 to \(windows)")
      }
      text.removeLast(text.count - take * length - 1)
    }
    let known = try vocabulary.map { (names) throws(DatasetError) in
      try TextVocabulary(characters: names, path)
    }
    return try TextDataset(path, text: text, length: length, vocabulary: known)
  }

  /// The Unicode scalars of `bytes`.
  private static func scalars(
    _ bytes: [UInt8], _ path: String
  ) throws(DatasetError) -> [Unicode.Scalar] {
    let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    var iterator = bytes.dropFirst(hasMark ? 3 : 0).makeIterator()
    var decoder = Unicode.UTF8()
    var text: [Unicode.Scalar] = []
    text.reserveCapacity(bytes.count)
    var line = 1
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar):
        if scalar == "\n" { line += 1 }
        text.append(scalar)
      case .emptyInput: return text
      case .error:
        throw DatasetError(
          .badContent,
          "\(path):\(line): after \(text.count) characters come bytes that are no UTF-8; convert the"
            + " file to UTF-8")
      }
    }
  }

  private static func bytes(_ path: String, _ limits: ReadLimits) throws(DatasetError) -> [UInt8] {
    let file = try InputFile.forData(path)
    let stream = try file.stream(limit: limits.unpacked)
    var result: [UInt8] = []
    while true {
      let piece = try stream.next(1 << 20)
      result += piece
      if piece.count < 1 << 20 { return result }
    }
  }
}
