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

  /// The position in the file.
  let index: Int
  /// The name in the header line.
  let name: String?
  /// What the column holds.
  private(set) var content: Content

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

  /// The number that stands for the field of `record`; a first value decides an open question.
  ///
  /// - Throws: What is wrong with the text, without the place.
  mutating func encode(_ record: CSVRecord) throws(CSVFieldProblem) -> Float {
    let bytes = record.bytes[record.range(index)]
    if case .undecided = content {
      content = DecimalNumber.read(bytes) == .text ? .categories(CategoryTable()) : .numbers
    }
    guard case .categories = content else {
      switch DecimalNumber.read(bytes) {
      case .number(let value):
        let rounded = Float(value)
        guard rounded.isFinite else { throw .notFinite }
        return rounded
      case .notFinite: throw .notFinite
      case .text: throw .notANumber
      }
    }
    return try number(of: String(decoding: bytes, as: UTF8.self))
  }

  /// Gives missing values, stored as NaN, a category of their own, and numbers the categories in
  /// their order, in `values` at every `stride` from `offset`.
  mutating func finish(_ values: inout [Float], offset: Int, stride: Int) throws(CSVFieldProblem) {
    guard case .categories = content else { return }
    let positions = Swift.stride(from: offset, to: values.count, by: stride)
    if let missing = positions.first(where: { values[$0].isNaN }) {
      let number = try number(of: CSVColumn.missingCategory)
      for position in positions where position >= missing && values[position].isNaN {
        values[position] = number
      }
    }
    guard case .categories(var table) = content else { return }
    let renumbered = table.sort()
    content = .categories(table)
    for position in positions { values[position] = Float(renumbered[Int(values[position])]) }
  }

  private mutating func number(of text: String) throws(CSVFieldProblem) -> Float {
    guard case .categories(var table) = content else { preconditionFailure("no categories") }
    // Emptied meanwhile, so that the table is changed in place and not copied for every field.
    content = .undecided
    defer { content = .categories(table) }
    guard let number = table.number(text) else { throw .unknownCategory(table.names) }
    guard table.names.count <= CategoryTable.greatestCount else { throw .tooManyCategories }
    return Float(number)
  }
}

/// What is wrong with one field.
enum CSVFieldProblem: Error {
  /// NaN, infinity, or beyond single precision.
  case notFinite
  /// Text where a number belongs.
  case notANumber
  /// A text that the training data don't have.
  case unknownCategory([String])
  /// More distinct texts than categories can have.
  case tooManyCategories
}
