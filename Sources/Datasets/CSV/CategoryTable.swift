/// The distinct texts of a column, numbered: as they come while a file is read, sorted at its end.
struct CategoryTable {
  /// The names in the order of their numbers.
  private(set) var names: [String] = []
  /// Whether texts that are not yet there are errors: a schema has fixed them.
  let isFixed: Bool
  private var numbers: [String: Int32] = [:]

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
    for (number, name) in names.enumerated() { numbers[name] = Int32(number) }
  }

  /// The number of `name`, added if need be; nil where the names are fixed and it is none of them.
  mutating func number(_ name: String) -> Int32? {
    if let known = numbers[name] { return known }
    if isFixed { return nil }
    let number = Int32(names.count)
    numbers[name] = number
    names.append(name)
    return number
  }

  /// Sorts the names, numbers by value; returns the new number of each old one.
  mutating func sort() -> [Int32] {
    guard !isFixed else { return names.indices.map(Int32.init) }
    let old = names
    names = sortedNames(old)
    for (number, name) in names.enumerated() { numbers[name] = Int32(number) }
    return old.map { numbers[$0]! }
  }
}

/// The names in order: by value where all are numbers, else by their characters.
func sortedNames(_ names: [String]) -> [String] {
  var valued: [(value: Double, name: String)] = []
  for name in names {
    guard case .number(let value) = DecimalNumber.read(Array(name.utf8)[...]) else {
      return names.sorted()
    }
    valued.append((value, name))
  }
  return valued.sorted { ($0.value, $0.name) < ($1.value, $1.name) }.map(\.name)
}
