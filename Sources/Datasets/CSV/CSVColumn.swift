/// One column while its file is read: the text of a field becomes a number.
struct CSVColumn {
  /// What the column holds.
  enum Content {
    /// Not known before the first value.
    case undecided
    /// Numbers.
    case numbers
    /// Texts, each with a number of its own.
    case categories(CategoryTable)
  }

  /// A field, for messages.
  struct Sighting: Equatable {
    /// The line of the record.
    var line: Int
    /// The text.
    var text: String
  }

  /// The position in the file.
  let index: Int
  /// The name in the header line.
  let name: String?
  /// What the column holds.
  private(set) var content: Content
  /// The first value, where it decided what the column holds.
  private var first: Sighting?

  /// The category of a missing value.
  static let missingCategory = "?"

  /// A column of the given properties.
  init(index: Int, name: String?, content: Content) {
    self.index = index
    self.name = name
    self.content = content
  }

  /// The categories, or nil for numbers.
  var categories: [String]? {
    if case .categories(let table) = content { table.names } else { nil }
  }

  /// The column's place in messages: `column 3 ("age")`.
  var place: String { "column \(index)" + (name.map { " (\"\($0)\")" } ?? "") }

  /// The number that stands for the field of `record`.
  ///
  /// Where it is open what the column holds, the first value decides it, and a later one of the other kind
  /// is an error, so that the order of the records does not matter.
  ///
  /// - Throws: What is wrong with the text, without the place.
  mutating func encode(_ record: CSVRecord) throws(CSVFieldProblem) -> Double {
    let bytes = record.bytes[record.range(index)]
    if case .categories = content, first == nil { return try number(of: Array(bytes)) }
    let reading = DecimalNumber.read(bytes)
    if case .undecided = content {
      first = Sighting(line: record.line, text: record.text(index))
      content = reading == .text ? .categories(CategoryTable()) : .numbers
    }
    switch (content, reading) {
    case (.categories, .text): return try number(of: Array(bytes))
    case (.categories, .notFinite): throw .notFinite
    case (.categories, .number):
      guard let first else { preconditionFailure("nothing has decided") }
      throw .mixed(first, firstIsText: true)
    case (_, .number(let value)):
      guard Float(value).isFinite else { throw .notFinite }
      return value
    case (_, .notFinite): throw .notFinite
    case (_, .text):
      if let first { throw .mixed(first, firstIsText: false) }
      throw .notANumber
    }
  }

  /// Gives missing values, stored as NaN, a category of their own, and numbers the categories in
  /// their order, in `values` at every `stride` from `offset`.
  mutating func finish(
    _ values: inout ExactNumbers, offset: Int, stride: Int
  ) throws(CSVFieldProblem) {
    guard case .categories = content else { return }
    let positions = Swift.stride(from: offset, to: values.count, by: stride)
    if let missing = positions.first(where: { values[$0].isNaN }) {
      let number = try number(of: Array(CSVColumn.missingCategory.utf8))
      for position in positions where position >= missing && values[position].isNaN {
        values[position] = number
      }
    }
    guard case .categories(var table) = content else { return }
    let renumbered = table.sort()
    content = .categories(table)
    for position in positions { values[position] = Double(renumbered[Int(values[position])]) }
  }

  private mutating func number(of text: [UInt8]) throws(CSVFieldProblem) -> Double {
    guard case .categories(var table) = content else { preconditionFailure("no categories") }
    // Emptied meanwhile, so that the table is changed in place and not copied for every field.
    content = .undecided
    defer { content = .categories(table) }
    let number = try table.number(text)
    guard table.names.count <= CategoryTable.greatestCount else { throw .tooManyCategories }
    return Double(number)
  }
}

/// What is wrong with one field.
enum CSVFieldProblem: Error {
  /// NaN, infinity, or beyond single precision.
  case notFinite
  /// Text where a number belongs.
  case notANumber
  /// Bytes that are no text in UTF-8.
  case notUTF8
  /// A number in a column whose first value is a text, or a text in one whose first value is a number.
  case mixed(CSVColumn.Sighting, firstIsText: Bool)
  /// A text that the training data don't have.
  case unknownCategory([String])
  /// More distinct texts than categories can have.
  case tooManyCategories
}
