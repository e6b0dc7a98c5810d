extension CSVReader {
  /// How a file comes to be text in UTF-8.
  static let conversion =
    "convert the file, for example with iconv -f WINDOWS-1251 -t UTF-8 from its encoding"

  /// That `column` has no value in `record`.
  func missing(_ record: CSVRecord, _ column: CSVColumn) -> DatasetError {
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
    guard purpose == .training else { return "fill it in, or leave the record out of the file" }
    return "set missing: drop to leave such records out"
      + (isInput ? ", or missing: mean to fill them in" : "")
  }

  /// What is wrong with the field of `column` in `record`; nil stands for a missing value.
  func problem(
    _ problem: CSVFieldProblem, _ record: CSVRecord?, _ column: CSVColumn
  ) -> DatasetError {
    let place = record.map { "\(path):\($0.line)" } ?? path
    let text = record.map { "\"\($0.text(column.index).prefix(40))\"" } ?? "a missing value"
    func bad(_ words: String) -> DatasetError {
      DatasetError(.badContent, "\(place): \(column.place) \(words)")
    }
    switch problem {
    case .notFinite:
      let word = record.map { $0.text(column.index) } ?? "nan"
      return bad(
        "holds \(text), which is not a finite number; repair it"
          + (purpose == .training && !options.isPadded
            ? ", or name it as a marker of missing values:"
              + " missing: {policy: drop, markers: [\(word.prefix(40))]}"
            : ", or leave the record out of the file"))
    case .notANumber:
      return bad("holds \(text) where a number belongs; \(headerHint(record))\(numberHint(column))")
    case .notUTF8:
      return bad("holds bytes that are not text in UTF-8; \(CSVReader.conversion)")
    case .mixed(let first, let firstIsText):
      return mixed(place, column, text, first, firstIsText: firstIsText)
    case .unknownCategory(let known):
      return bad("holds \(text), which the training data do not have; known are \(listed(known))")
    case .tooManyCategories:
      return bad(
        "has more than \(CategoryTable.greatestCount) different texts; list the other columns under"
          + " data.train.columns to leave it out")
    }
  }

  /// Numbers and texts in one column, in whichever order.
  private func mixed(
    _ place: String, _ column: CSVColumn, _ text: String, _ first: CSVColumn.Sighting,
    firstIsText: Bool
  ) -> DatasetError {
    let (now, before) = firstIsText ? ("number", "text") : ("text", "number")
    let word = firstIsText ? first.text.prefix(40) : text.dropFirst().dropLast()
    let isInput = layout.inputs.contains { $0.index == column.index }
    let hint =
      isInput
      ? "if \"\(word)\" marks missing values, set missing: {policy: drop, markers: [\"\(word)\"]} (or"
        + " policy: mean); if the column holds categories, name it under data.train.categorical"
      : "repair it, or choose an objective for classes"
    let isHeader = !options.header && first.line == 1 && firstIsText
    return DatasetError(
      .badContent,
      "\(place): \(column.place) holds the \(now) \(text), but the \(before) "
        + "\"\(first.text.prefix(40))\" in line \(first.line); "
        + (isHeader ? "if line 1 names the columns, set header: true; else \(hint)" : hint))
  }

  /// What helps where the first line is that of the names.
  private func headerHint(_ record: CSVRecord?) -> String {
    guard !options.header, record?.line == 1 else { return "" }
    return purpose == .training
      ? "if this line names the columns, set header: true; else "
      : "if this line names the columns, remove it, since the training data have no such line; else "
  }

  /// What helps where a number belongs.
  private func numberHint(_ column: CSVColumn) -> String {
    guard purpose == .training else { return "repair it, or leave the record out of the file" }
    if layout.inputs.contains(where: { $0.index == column.index }) {
      return "repair it, or add one_hot to data.preprocess to encode texts as categories"
    }
    return layout.targets.contains { $0.index == column.index }
      ? "repair it, or choose an objective for classes" : "repair it"
  }
}
