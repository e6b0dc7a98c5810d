import Zlib

extension CSVReader {
  /// Reads a file that has arrived while a network learns; like the training data of `table` in all but
  /// that each line is a record.
  ///
  /// - Parameters:
  ///   - weights: The column of the file's weights, if it has any.
  ///   - skipsMalformed: Whether records that are wrong are left out and counted.
  /// - Throws: Where the file, its header or, unless they are left out, a record is wrong.
  static func arrived(
    path: String, table: DataSchema.Table, weights: CSVOptions.ColumnReference?,
    skipsMalformed: Bool, limits: ReadLimits
  ) throws(DatasetError) -> ArrivedPiece {
    let separator = try separator(of: table.options)
    let file = try InputFile.forData(path)
    guard file.size > 0 else { return ArrivedPiece() }
    // A quote left open must cost one record, not all that follow.
    var tokenizer = CSVTokenizer(
      try file.stream(limit: limits.unpacked), separator: separator, isByLine: true)
    var names: [String]?
    if table.options.header {
      var record = CSVRecord()
      guard try tokenizer.next(&record) else { return ArrivedPiece() }
      names = try CSVReader.names(record, path)
    }
    return try collect(
      &tokenizer, path, table: table, weights: weights, names: names,
      skipsMalformed: skipsMalformed)
  }

  /// Reads whole lines, each a record, that have arrived on `path`.
  ///
  /// - Parameters:
  ///   - line: The number of the first line.
  ///   - names: The columns by the first line of all, where it names them.
  static func arrived(
    lines: [UInt8], path: String, line: Int, names: [String]?, table: DataSchema.Table,
    weights: CSVOptions.ColumnReference?, skipsMalformed: Bool
  ) throws(DatasetError) -> ArrivedPiece {
    var tokenizer = CSVTokenizer(
      lines: lines, path: path, line: line, separator: try separator(of: table.options))
    return try collect(
      &tokenizer, path, table: table, weights: weights, names: names,
      skipsMalformed: skipsMalformed)
  }

  /// The fields of the one record in `line`.
  static func fields(
    line: [UInt8], path: String, options: CSVOptions
  ) throws(DatasetError) -> [String] {
    var tokenizer = CSVTokenizer(
      lines: line, path: path, line: 1, separator: try separator(of: options))
    var record = CSVRecord()
    guard try tokenizer.next(&record) else { return [] }
    return try names(record, path)
  }

  private static func collect(
    _ tokenizer: inout CSVTokenizer, _ path: String, table: DataSchema.Table,
    weights: CSVOptions.ColumnReference?, names: [String]?, skipsMalformed: Bool
  ) throws(DatasetError) -> ArrivedPiece {
    var piece = ArrivedPiece()
    var reader: CSVReader?
    // Without names, the columns are those of the training data: the first record must not decide.
    if let names {
      reader = try start(path, table, weights, names: names, count: names.count)
    }
    var record = CSVRecord()
    while true {
      do throws(DatasetError) {
        guard try tokenizer.next(&record) else { break }
      } catch {
        guard skipsMalformed else { throw error }
        piece.leaveOut(error)
        try tokenizer.skipLine()
        continue
      }
      do throws(DatasetError) {
        if reader == nil {
          reader = try start(path, table, weights, names: nil, count: table.columnCount)
        }
        try reader?.take(record)
        try reader?.requireWeight(record)
        if let reader, reader.count > piece.lines.count { piece.lines.append(record.line) }
      } catch {
        guard skipsMalformed else { throw error }
        reader?.dropUnfinished()
        piece.leaveOut(error)
      }
    }
    if var reader, reader.count > 0 { piece.data = try reader.finish(canWeighNothing: true) }
    return piece
  }

  private static func start(
    _ path: String, _ table: DataSchema.Table, _ weights: CSVOptions.ColumnReference?,
    names: [String]?, count: Int
  ) throws(DatasetError) -> CSVReader {
    CSVReader(
      path: path, options: table.options,
      layout: try CSVLayout(
        path, table: table, wantsTargets: true, weights: weights, names: names, count: count),
      purpose: .evaluation)
  }

  /// Gives the record that was taken last back where its weight is none.
  private mutating func requireWeight(_ record: CSVRecord) throws(DatasetError) {
    guard let weight = weights.last, weight < 0 else { return }
    count -= 1
    throw DatasetError(
      .badContent,
      "\(path):\(record.line): the record has the weight \(weight); weights are at least 0")
  }

  /// Forgets what of a record was taken before something in it was found wrong.
  private mutating func dropUnfinished() {
    inputs.removeLast(inputs.count - count * layout.inputs.count)
    targets.removeLast(targets.count - count * layout.targets.count)
    if layout.weights != nil { weights.removeLast(weights.count - count) }
  }
}
