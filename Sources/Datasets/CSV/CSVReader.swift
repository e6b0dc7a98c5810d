import Zlib

/// Comma-separated values (RFC 4180), plain or gzip; one record per sample.
///
/// Inputs become one number per column: the value, the number of its category, or NaN where a value
/// is missing under the policy `mean`. ``Preprocessing`` turns categories into one-hot groups and
/// fills the gaps. Records are numbered by the line on which they begin.
public struct CSVReader {
  let path: String
  let options: CSVOptions
  let markers: [[UInt8]]
  var layout: CSVLayout
  var inputs: [Float] = []
  var targets: [Float] = []
  var weights: [Float] = []
  var count = 0
  /// Whether a first line that looks like the names of columns is an error.
  var looksForHeader = true

  /// Reads a file as `options` say, as training data.
  public static func read(
    path: String, options: CSVOptions, kind: TargetKind = .automatic,
    limits: ReadLimits = ReadLimits()
  ) throws(DatasetError) -> ArrayDataset {
    try read(path, options, limits) { (names, count) throws(DatasetError) in
      try CSVLayout(path, options: options, kind: kind, names: names, count: count)
    }
  }

  /// Reads a file that must match the training data of `table`: the same columns, the same
  /// categories, the same classes.
  ///
  /// - Parameters:
  ///   - wantsTargets: Whether the targets are read; where not, they need not be there.
  ///   - weights: The column of this file's weights, if it has any.
  public static func read(
    path: String, table: DataSchema.Table, wantsTargets: Bool,
    weights: CSVOptions.ColumnReference? = nil, limits: ReadLimits = ReadLimits()
  ) throws(DatasetError) -> ArrayDataset {
    var options = table.options
    // A row left out of a prediction would shift all answers after it.
    if !wantsTargets, options.missing == .drop { options.missing = .error }
    return try read(path, options, limits) { (names, count) throws(DatasetError) in
      try CSVLayout(
        path, table: table, wantsTargets: wantsTargets, weights: weights, names: names,
        count: count)
    }
  }

  private static func read(
    _ path: String, _ options: CSVOptions, _ limits: ReadLimits,
    _ makeLayout: ([String]?, Int) throws(DatasetError) -> CSVLayout
  ) throws(DatasetError) -> ArrayDataset {
    let separator = try separator(of: options)
    let file = try InputFile.forData(path)
    guard file.size > 0 else { throw DatasetError(.badContent, "\(path) is empty") }
    var tokenizer = CSVTokenizer(try file.stream(limit: limits.unpacked), separator: separator)
    var record = CSVRecord()
    var names: [String]?
    if options.header, try tokenizer.next(&record) {
      names = (0..<record.count).map(record.text)
    }
    guard try tokenizer.next(&record) else {
      throw DatasetError(.badContent, "\(path) holds no records")
    }
    var reader = CSVReader(
      path: path, options: options, layout: try makeLayout(names, names?.count ?? record.count))
    repeat { try reader.take(record) } while try tokenizer.next(&record)
    return try reader.finish()
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

  init(path: String, options: CSVOptions, layout: CSVLayout) {
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
      if layout.inputs.contains(where: { isMissing(record, $0.index) }) { return }
      if layout.targets.contains(where: { isMissing(record, $0.index) }) { return }
      if let weights = layout.weights, isMissing(record, weights.index) { return }
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
      do { weights.append(try reading.encode(record)) } catch {
        throw problem(error, record, column)
      }
    }
    count += 1
    if count == 2, looksForHeader { try checkForHeader(record) }
  }

  private func isMissing(_ record: CSVRecord, _ index: Int) -> Bool {
    guard index < record.count else { return true }
    let range = record.range(index)
    for marker in markers where marker.count == range.count {
      if record.bytes[range].elementsEqual(marker) { return true }
    }
    return false
  }

  /// A header line read as a sample would make every column a column of categories.
  private func checkForHeader(_ second: CSVRecord) throws(DatasetError) {
    guard !options.header, options.categorical == .automatic else { return }
    let texts = layout.inputs.filter { $0.categories != nil }
    guard texts.count == layout.inputs.count else { return }
    for column in texts {
      if case .number = DecimalNumber.read(second.bytes[second.range(column.index)]) {
        throw DatasetError(
          .badContent,
          "\(path):\(second.line): \(column.place) holds the number "
            + "\"\(second.text(column.index))\", the first line only texts; if that line names the "
            + "columns, set header: true, else list the columns of one_hot")
      }
    }
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
        StoredTargets(classes: targets.map { Int32($0) }, names: classes)
      } else {
        StoredTargets(values: targets, width: layout.targets.count)
      }
    func described(_ column: CSVColumn) -> DataSchema.Column {
      DataSchema.Column(name: column.name, index: column.index, categories: column.categories)
    }
    let table = DataSchema.Table(
      options: options, columnCount: layout.columnCount, inputs: layout.inputs.map(described),
      targets: layout.targets.map(described), lengths: layout.lengths.map(described))
    return try ArrayDataset(
      path, rows: FloatRows(inputs, count: count, width: width), inputShape: [width],
      targets: stored, weights: layout.weights.map { _ in weights },
      canWeighNothing: canWeighNothing, table: table,
      parts: options.groups?.map { DataSchema.Part(name: $0.name, shape: [$0.columns.count]) },
      isPadded: options.isPadded)
  }

  private func missing(_ record: CSVRecord, _ column: CSVColumn) -> DatasetError {
    DatasetError(
      .badContent,
      "\(path):\(record.line): \(column.place) has no value"
        + (column.index < record.count ? " (\"\(record.text(column.index))\"); " : "; ")
        + remedy(column))
  }

  /// What helps where `column` has no value.
  private func remedy(_ column: CSVColumn) -> String {
    let isInput = layout.inputs.contains { $0.index == column.index }
    // Sequences that end early and the other ways with gaps exclude each other.
    if options.isPadded {
      return isInput
        ? "a sequence has all its numbers up to its end; repair the record, or leave it out"
        : "repair the record, or leave it out"
    }
    return "set missing: drop to leave such records out"
      + (isInput ? ", or missing: mean to fill them in" : "")
  }

  private func problem(
    _ problem: CSVFieldProblem, _ record: CSVRecord?, _ column: CSVColumn
  ) -> DatasetError {
    let place = record.map { "\(path):\($0.line)" } ?? path
    let text = record.map { "\"\($0.text(column.index).prefix(40))\"" } ?? "a missing value"
    switch problem {
    case .notFinite:
      return DatasetError(
        .badContent,
        "\(place): \(column.place) holds \(text), which is not a finite number; repair it, or name "
          + "it as the marker of missing values")
    case .notANumber:
      let isInput = layout.inputs.contains { $0.index == column.index }
      var hint =
        isInput
        ? "repair it, or add one_hot to data.preprocess to encode texts as categories"
        : "repair it, or choose an objective for classes"
      if !options.header, record?.line == 1 {
        hint = "if this line names the columns, set header: true; else " + hint
      }
      return DatasetError(
        .badContent, "\(place): \(column.place) holds \(text) where a number belongs; \(hint)")
    case .unknownCategory(let known):
      return DatasetError(
        .badContent,
        "\(place): \(column.place) holds \(text), which the training data do not have; known are "
          + listed(known))
    case .tooManyCategories:
      return DatasetError(
        .badContent,
        "\(place): \(column.place) has more than \(CategoryTable.greatestCount) different texts; "
          + "leave it out of the columns")
    }
  }
}
