/// Writes a table as comma-separated values, row by row.
///
/// Quoting is that of RFC 4180: a field with a separator, a quote or a line break stands in quotes,
/// and its quotes are doubled. Lines end in a line feed alone, which every reader takes and
/// line-oriented tools expect. Numbers have as few digits as bring the same number back.
public final class CSVWriter {
  private let sink: any ByteSink
  private let width: Int
  private let separator: UInt8

  /// Begins a table with the given column names as its first line.
  public init(
    to sink: any ByteSink, columns: [String], separator: Character = ","
  ) throws(FileError) {
    guard let ascii = separator.asciiValue, !"\"\r\n".contains(separator) else {
      preconditionFailure("the separator \(separator.debugDescription) cannot be used")
    }
    self.sink = sink
    self.separator = ascii
    width = columns.count
    try write(columns)
  }

  /// Appends a row of texts.
  ///
  /// - Precondition: there are as many as columns.
  public func write(_ fields: [String]) throws(FileError) {
    try write(fields, numbers: [Float]().span)
  }

  /// Appends a row of texts followed by numbers.
  ///
  /// - Precondition: together they are as many as columns.
  public func write(_ fields: [String], numbers: Span<Float>) throws(FileError) {
    precondition(fields.count + numbers.count == width, "a row of another width than \(width)")
    var line: [UInt8] = []
    for field in fields { add(field, to: &line) }
    for i in 0..<numbers.count { add(numbers[i].description, to: &line) }
    // A lone empty field would be an empty line, which readers skip.
    if width == 1 && line.count == 1 { line.insert(contentsOf: Array("\"\"".utf8), at: 0) }
    if line.isEmpty { line.append(separator) }
    line[line.count - 1] = UInt8(ascii: "\n")
    try sink.write(line.span.bytes)
  }

  /// Finishes the sink.
  public func finish() throws(FileError) { try sink.finish() }

  /// Adds `field` and a separator.
  private func add(_ field: String, to line: inout [UInt8]) {
    let special = { [separator] (byte: UInt8) in
      byte == separator || byte == 0x22 || byte == 0x0A || byte == 0x0D
    }
    if field.utf8.contains(where: special) {
      line.append(0x22)
      for byte in field.utf8 {
        if byte == 0x22 { line.append(0x22) }
        line.append(byte)
      }
      line.append(0x22)
    } else {
      line.append(contentsOf: field.utf8)
    }
    line.append(separator)
  }
}
