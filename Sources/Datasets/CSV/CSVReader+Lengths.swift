extension CSVReader {
  /// How many of the inputs of `record` belong to its sequence; those behind them are not read.
  func end(of record: CSVRecord) throws(DatasetError) -> Int {
    var end = layout.inputs.count
    if options.isRagged == true {
      // Spreadsheets fill short lines up with empty fields.
      end = 0
      for (i, input) in layout.inputs.enumerated()
      where input.index < record.count && !record.range(input.index).isEmpty { end = i + 1 }
      guard end > 0 else {
        throw DatasetError(
          .badContent, "\(path):\(record.line): the sequence has no step; leave the record out")
      }
    }
    guard var column = layout.lengths, let lengths = options.lengths else { return end }
    let most = layout.inputs.count / lengths.features
    let text = column.index < record.count ? record.text(column.index) : ""
    guard column.index < record.count, let length = try? column.encode(record),
      length == length.rounded(), length >= 1,
      length <= Double(most)
    else {
      throw DatasetError(
        .badContent,
        "\(path):\(record.line): \(column.place) gives the length \"\(text.prefix(40))\"; a sequence has 1"
          + " to \(most) steps"
          + (lengths.features > 1
            ? " of \(lengths.features) of the \(layout.inputs.count) inputs" : ""))
    }
    return Int(length) * lengths.features
  }
}
