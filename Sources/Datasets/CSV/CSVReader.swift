import Zlib

/// Comma-separated values (RFC 4180), plain or gzip; one record per sample.
///
/// Inputs become one number per column: the value, the number of its category, or NaN where a value
/// is missing under the policy `mean`. ``Preprocessing`` turns categories into one-hot groups and
/// fills the gaps. Records are numbered by the line on which they begin.
public struct CSVReader {
  /// What a file is read for, which decides the advice in messages.
  enum Purpose {
    /// To find columns and categories, and to train.
    case training
    /// To be measured, with the columns of the training data.
    case evaluation
    /// To be predicted, with the columns of the training data.
    case prediction
  }

  let path: String
  let options: CSVOptions
  let markers: [[UInt8]]
  var layout: CSVLayout
  let purpose: Purpose
  var inputs = ExactNumbers()
  var targets = ExactNumbers()
  var weights: [Float] = []
  var count = 0
  /// The records left out since a value is missing.
  private var dropped = 0
  /// What a person should know of the file.
  private var notes: [String] = []

  /// Reads a file as `options` say, as training data.
  public static func read(
    path: String, options: CSVOptions, kind: TargetKind = .automatic,
    limits: ReadLimits = ReadLimits()
  ) throws(DatasetError) -> ArrayDataset {
    try read(path, options, .training, limits) { (names, count) throws(DatasetError) in
      try CSVLayout(path, options: options, kind: kind, names: names, count: count)
    }
  }

  /// Reads a file that must match the training data of `table`: the same columns, the same
  /// categories, the same classes.
  ///
  /// - Parameters:
  ///   - wantsTargets: Whether the targets are read; where not, they need not be there.
  ///   - weights: The column of this file's weights, if it has any.
  ///   - canLackWeights: Whether that column may be absent, so that every record weighs 1.
  public static func read(
    path: String, table: DataSchema.Table, wantsTargets: Bool,
    weights: CSVOptions.ColumnReference? = nil, canLackWeights: Bool = false,
    limits: ReadLimits = ReadLimits()
  ) throws(DatasetError) -> ArrayDataset {
    var options = table.options
    // A row left out of a prediction would shift all answers after it.
    if !wantsTargets, options.missing == .drop { options.missing = .error }
    let purpose = wantsTargets ? Purpose.evaluation : .prediction
    return try read(path, options, purpose, limits) { (names, count) throws(DatasetError) in
      try CSVLayout(
        path, table: table, wantsTargets: wantsTargets, weights: weights,
        canLackWeights: canLackWeights, names: names, count: count)
    }
  }

  private static func read(
    _ path: String, _ options: CSVOptions, _ purpose: Purpose, _ limits: ReadLimits,
    _ makeLayout: ([String]?, Int) throws(DatasetError) -> CSVLayout
  ) throws(DatasetError) -> ArrayDataset {
    let separator = try separator(of: options)
    let file = try InputFile.forData(path)
    guard file.size > 0 else { throw DatasetError(.badContent, "\(path) is empty") }
    var tokenizer = CSVTokenizer(try file.stream(limit: limits.unpacked), separator: separator)
    var record = CSVRecord()
    var names: [String]?
    if options.header, try tokenizer.next(&record) {
      names = try CSVReader.names(record, path)
    }
    guard try tokenizer.next(&record) else {
      throw DatasetError(.badContent, "\(path) holds no records")
    }
    var reader = CSVReader(
      path: path, options: options,
      layout: try makeLayout(names, names?.count ?? record.count), purpose: purpose)
    if purpose == .training, let names { reader.noteNumbers(in: names) }
    if reader.layout.lacksWeights {
      reader.notes.append("\(path) has no column of weights: every record weighs 1")
    }
    repeat { try reader.take(record) } while try tokenizer.next(&record)
    return try reader.finish()
  }

  /// The names of the columns in the header line `record`.
  ///
  /// - Throws: Where one is no UTF-8 text.
  static func names(_ record: CSVRecord, _ path: String) throws(DatasetError) -> [String] {
    var names: [String] = []
    for index in 0..<record.count {
      guard let name = String(validating: record.bytes[record.range(index)], as: UTF8.self) else {
        throw DatasetError(
          .badContent,
          "\(path):\(record.line): the name of column \(index) is not text in UTF-8; \(conversion)")
      }
      names.append(name)
    }
    return names
  }

  /// A header line of numbers may be a sample.
  private mutating func noteNumbers(in names: [String]) {
    let numbers = names.filter {
      if case .number = DecimalNumber.read(Array($0.utf8)[...]) { true } else { false }
    }
    guard 2 * numbers.count >= names.count else { return }
    let list = listed(numbers.map { "\"\($0)\"" }, limit: 3)
    notes.append(
      "the first line of \(path) is its header line, in which \(numbers.count) of \(names.count)"
        + " names are numbers (\(list)); if it is a sample, set data.train.header to false")
  }

  /// The character between the fields that `options` describe.
  static func separator(of options: CSVOptions) throws(DatasetError) -> UInt8 {
    guard options.separator.utf8.count == 1, let separator = options.separator.utf8.first,
      separator < 128, !"\"\r\n".utf8.contains(separator)
    else {
      throw DatasetError(
        .badRequest,
        "\"\(options.separator)\" cannot separate columns; use one ASCII character, such as , or ;")
    }
    return separator
  }

  init(path: String, options: CSVOptions, layout: CSVLayout, purpose: Purpose) {
    self.purpose = purpose
    self.path = path
    self.options = options
    self.layout = layout
    markers = options.missingMarkers.map { Array($0.utf8) }
  }

  mutating func take(_ record: CSVRecord) throws(DatasetError) {
    guard
      record.count == layout.columnCount
        || options.isRagged == true && record.count < layout.columnCount
    else {
      throw DatasetError(
        .badContent,
        "\(path):\(record.line): \(record.count) fields where \(layout.columnCount) are expected")
    }
    if options.missing == .drop {
      let columns = [layout.inputs, layout.targets, layout.weights.map { [$0] } ?? []].joined()
      if columns.contains(where: { isMissing(record, $0.index) }) {
        dropped += 1
        return
      }
    }
    let end = try end(of: record)
    for i in layout.inputs.indices {
      if i >= end {
        inputs.append(.nan)
        continue
      }
      if isMissing(record, layout.inputs[i].index) {
        guard options.missing == .mean else { throw missing(record, layout.inputs[i]) }
        inputs.append(.nan)
        continue
      }
      do {
        inputs.append(try layout.inputs[i].encode(record))
      } catch { throw problem(error, record, layout.inputs[i]) }
    }
    for i in layout.targets.indices {
      guard !isMissing(record, layout.targets[i].index) else {
        throw missing(record, layout.targets[i])
      }
      do {
        targets.append(try layout.targets[i].encode(record))
      } catch { throw problem(error, record, layout.targets[i]) }
    }
    if let column = layout.weights {
      guard !isMissing(record, column.index) else { throw missing(record, column) }
      var reading = column
      do { weights.append(Float(try reading.encode(record))) } catch {
        throw problem(error, record, column)
      }
    }
    count += 1
  }

  private func isMissing(_ record: CSVRecord, _ index: Int) -> Bool {
    guard index < record.count else { return true }
    let range = record.range(index)
    for marker in markers where marker.count == range.count {
      if record.bytes[range].elementsEqual(marker) { return true }
    }
    return false
  }

  /// - Parameter canWeighNothing: Whether weights may all be 0, as those of a few records can be.
  mutating func finish(canWeighNothing: Bool = false) throws(DatasetError) -> ArrayDataset {
    guard count > 0 else {
      throw DatasetError(.badContent, "\(path): every record lacks a value; none is left")
    }
    let width = layout.inputs.count
    for i in layout.inputs.indices {
      do {
        try layout.inputs[i].finish(&inputs, offset: i, stride: width)
      } catch { throw problem(error, nil, layout.inputs[i]) }
    }
    for i in layout.targets.indices {
      do {
        try layout.targets[i].finish(&targets, offset: i, stride: layout.targets.count)
      } catch { throw problem(error, nil, layout.targets[i]) }
    }
    let stored: StoredTargets =
      if let classes = layout.targets.first?.categories {
        StoredTargets(
          classes: (0..<targets.count).map { Int32(targets[$0]) }, names: classes)
      } else {
        StoredTargets(
          values: (0..<targets.count).map { Float(targets[$0]) }, width: layout.targets.count)
      }
    func described(_ column: CSVColumn) -> DataSchema.Column {
      DataSchema.Column(name: column.name, index: column.index, categories: column.categories)
    }
    let table = DataSchema.Table(
      options: options, columnCount: layout.columnCount, inputs: layout.inputs.map(described),
      targets: layout.targets.map(described), lengths: layout.lengths.map(described))
    var notes = notes
    if dropped > 0 {
      notes.append(
        "\(path): \(dropped) of \(count + dropped) records were left out, since a value is missing")
    }
    return try ArrayDataset(
      path, rows: WideRows(inputs, count: count, width: width), inputShape: [width],
      targets: stored, weights: layout.weights.map { _ in weights },
      canWeighNothing: canWeighNothing, table: table,
      parts: options.groups?.map { DataSchema.Part(name: $0.name, shape: [$0.columns.count]) },
      isPadded: options.isPadded, notes: notes)
  }
}
