/// The distinct texts of a column, numbered: as they come while a file is read, sorted at its end.
///
/// Texts are the same where their bytes are: not where Unicode has several ways to write a character.
struct CategoryTable {
  /// The names in the order of their numbers.
  private(set) var names: [String] = []
  /// Whether texts that are not yet there are errors: a schema has fixed them.
  let isFixed: Bool
  private var numbers: [[UInt8]: Int32] = [:]

  /// The most distinct texts of one column; more is a column of names or numbers.
  static let greatestCount = 65_536

  /// A table without texts.
  init() {
    isFixed = false
  }

  /// A table of exactly these names.
  init(fixed names: [String]) {
    isFixed = true
    self.names = names
    for (number, name) in names.enumerated() { numbers[Array(name.utf8)] = Int32(number) }
  }

  /// The number of the text `bytes`, added if need be.
  ///
  /// - Throws: Where the names are fixed and it is none of them, or it is no UTF-8 text.
  mutating func number(_ bytes: [UInt8]) throws(CSVFieldProblem) -> Int32 {
    if let known = numbers[bytes] { return known }
    guard let name = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
    if isFixed { throw .unknownCategory(names) }
    let number = Int32(names.count)
    numbers[bytes] = number
    names.append(name)
    return number
  }

  /// Sorts the names, numbers by value; returns the new number of each old one.
  mutating func sort() -> [Int32] {
    guard !isFixed else { return names.indices.map(Int32.init) }
    let old = names
    names = sortedNames(old)
    for (number, name) in names.enumerated() { numbers[Array(name.utf8)] = Int32(number) }
    return old.map { numbers[Array($0.utf8)]! }
  }
}

/// The names in order: by value where all are numbers, else by their characters; what reads alike, by its
/// bytes.
func sortedNames(_ names: [String]) -> [String] {
  func isBefore(_ left: String, _ right: String) -> Bool {
    left == right ? left.utf8.lexicographicallyPrecedes(right.utf8) : left < right
  }
  var valued: [(value: Double, name: String)] = []
  for name in names {
    guard case .number(let value) = DecimalNumber.read(Array(name.utf8)[...]) else {
      return names.sorted(by: isBefore)
    }
    valued.append((value, name))
  }
  return valued.sorted {
    $0.value == $1.value ? isBefore($0.name, $1.name) : $0.value < $1.value
  }.map(\.name)
}
