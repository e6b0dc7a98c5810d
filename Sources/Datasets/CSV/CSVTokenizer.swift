import Zlib

/// One record of a CSV file: its fields, one after the other in one buffer.
struct CSVRecord {
  /// The bytes of all fields.
  var bytes: [UInt8] = []
  /// Where each field ends.
  var ends: [Int] = []
  /// The line on which the record begins, from 1.
  var line = 0

  /// The number of fields.
  var count: Int { ends.count }

  /// The range of field `index` in ``bytes``.
  func range(_ index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }

  /// The text of field `index`.
  func text(_ index: Int) -> String { String(decoding: bytes[range(index)], as: UTF8.self) }
}

/// Cuts the bytes of a CSV file into records and fields (RFC 4180), in pieces.
///
/// Beyond the standard: lines may end in LF, CRLF or CR; spaces and tabs around fields are
/// dropped; a byte order mark and blank lines are skipped; a quote within an unquoted field is
/// itself. A record is at most 64 MB, so an unclosed quote does not swallow a file.
struct CSVTokenizer {
  private enum State { case start, bare, quoted, quoteInQuoted, closed }

  /// The file; nil for bytes in memory.
  private let stream: ByteStream?
  private let path: String
  private let separator: UInt8
  /// Whether each line is a record, so that a quote left open cannot swallow the next ones.
  private let isByLine: Bool
  private var buffer: [UInt8]
  private var position = 0
  private var filled = 0
  private var line = 1
  private var isAtStart = true

  private static let greatestRecord = 64 << 20
  private static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]

  /// A tokenizer at the front of `stream`.
  ///
  /// - Parameter isByLine: Whether a record ends with its line, whatever stands on it.
  init(_ stream: ByteStream, separator: UInt8, isByLine: Bool = false) {
    self.stream = stream
    self.separator = separator
    path = stream.path
    self.isByLine = isByLine
    buffer = [UInt8](repeating: 0, count: 1 << 16)
  }

  /// A tokenizer of whole lines in memory, the first of which has the number `line` in messages; a record
  /// ends with its line.
  init(lines: [UInt8], path: String, line: Int, separator: UInt8) {
    stream = nil
    self.separator = separator
    self.path = path
    self.line = line
    isByLine = true
    buffer = lines
    filled = lines.count
    if line == 1, lines.starts(with: CSVTokenizer.byteOrderMark) { position = 3 }
  }

  /// Reads the next record that is not blank into `record`; false at the end of the file.
  mutating func next(_ record: inout CSVRecord) throws(DatasetError) -> Bool {
    while true {
      record.bytes.removeAll(keepingCapacity: true)
      record.ends.removeAll(keepingCapacity: true)
      record.line = line
      guard try readRecord(&record) else { return false }
      if record.count > 1 || !record.bytes.isEmpty { return true }
    }
  }

  /// Goes to the next line after a record that is wrong.
  mutating func skipLine() throws(DatasetError) {
    while let byte = try nextByte() {
      guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else { continue }
      return try finishLine(byte)
    }
  }

  private mutating func readRecord(_ record: inout CSVRecord) throws(DatasetError) -> Bool {
    var state = State.start
    var fieldStart = 0
    var sawAny = false
    while let byte = try nextByte() {
      sawAny = true
      guard record.bytes.count < CSVTokenizer.greatestRecord else {
        throw wrong(record.line, "this record is longer than 64 MB; is a quote left open?")
      }
      let isLineEnd = byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
      switch state {
      case .quoted:
        if byte == UInt8(ascii: "\"") {
          state = .quoteInQuoted
        } else {
          if isByLine, isLineEnd {
            position -= 1
            throw wrong(record.line, "a quote opened in this line is not closed there")
          }
          record.bytes.append(byte)
          if byte == UInt8(ascii: "\n") { line += 1 }
        }
        continue
      case .quoteInQuoted where byte == UInt8(ascii: "\""):
        record.bytes.append(byte)
        state = .quoted
        continue
      default: break
      }
      if byte == separator || isLineEnd {
        endField(&record, from: &fieldStart, trimmed: state == .bare)
        state = .start
        if isLineEnd {
          try finishLine(byte)
          return true
        }
        continue
      }
      let isBlank = byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
      switch state {
      case .start where isBlank: break
      case .start where byte == UInt8(ascii: "\""): state = .quoted
      case .quoteInQuoted where isBlank, .closed where isBlank: state = .closed
      case .quoteInQuoted, .closed:
        throw wrong(line, "column \(record.count): there is text after a closing quote")
      default:
        guard byte != 0 else { throw wrong(line, "there is a zero byte; this is no text file") }
        record.bytes.append(byte)
        state = .bare
      }
    }
    guard state != .quoted else {
      throw wrong(record.line, "a quote opened in this record is never closed")
    }
    guard sawAny else { return false }
    endField(&record, from: &fieldStart, trimmed: state == .bare)
    return true
  }

  private func endField(_ record: inout CSVRecord, from start: inout Int, trimmed: Bool) {
    if trimmed {
      while record.bytes.count > start, let last = record.bytes.last,
        last == UInt8(ascii: " ") || last == UInt8(ascii: "\t")
      {
        record.bytes.removeLast()
      }
    }
    start = record.bytes.count
    record.ends.append(start)
  }

  /// Counts the line that `byte` ends, and takes the LF after a CR.
  private mutating func finishLine(_ byte: UInt8) throws(DatasetError) {
    line += 1
    guard byte == UInt8(ascii: "\r"), let next = try nextByte() else { return }
    if next != UInt8(ascii: "\n") { position -= 1 }
  }

  @inline(__always)
  private mutating func nextByte() throws(DatasetError) -> UInt8? {
    if position == filled {
      guard try refill() else { return nil }
    }
    defer { position += 1 }
    return buffer[position]
  }

  private mutating func refill() throws(DatasetError) -> Bool {
    guard let stream else { return false }
    var room = buffer.mutableSpan
    let got = try stream.next(&room)
    filled = got
    position = 0
    if isAtStart {
      isAtStart = false
      if filled >= 3, buffer.starts(with: CSVTokenizer.byteOrderMark) { position = 3 }
    }
    return position < filled
  }

  private func wrong(_ line: Int, _ what: String) -> DatasetError {
    DatasetError(.badContent, "\(path):\(line): \(what)")
  }
}
