/// Which columns of a file are inputs and which are targets: found once, from the first record.
struct CSVLayout {
  /// The columns of the inputs, in the order of the sample's numbers.
  var inputs: [CSVColumn]
  /// The columns of the targets.
  var targets: [CSVColumn]
  /// The column of the samples' weights, if there is one.
  var weights: CSVColumn?
  /// The column of the sequences' lengths, if there is one.
  var lengths: CSVColumn?
  /// Whether the weights of the training data have a column that this file lacks.
  private(set) var lacksWeights = false
  /// The number of columns that every record must have.
  let columnCount: Int

  /// The layout that `options` describe for a file of `count` columns.
  init(
    _ path: String, options: CSVOptions, kind: TargetKind, names: [String]?, count: Int
  ) throws(DatasetError) {
    columnCount = count
    let targetIndices = try CSVLayout.find(options.targets, path, names, count)
    let weightIndices = try CSVLayout.find(options.weights.map { [$0] } ?? [], path, names, count)
    if let both = weightIndices.first(where: targetIndices.contains) {
      throw DatasetError(.badRequest, "\(path): column \(both) is both a target and the weights")
    }
    let lengthIndices = try CSVLayout.find(
      options.lengths.map { [$0.column] } ?? [], path, names, count)
    if let both = lengthIndices.first(where: (targetIndices + weightIndices).contains) {
      throw DatasetError(
        .badRequest, "\(path): column \(both) holds the lengths, and something else as well")
    }
    let inputIndices: [Int]
    if let columns = options.groups?.flatMap(\.columns) ?? options.columns {
      inputIndices = try CSVLayout.find(columns, path, names, count)
      // What is to come may be told by what was.
      if options.window == nil, let both = inputIndices.first(where: targetIndices.contains) {
        throw DatasetError(.badRequest, "\(path): column \(both) is both an input and a target")
      }
      if let both = inputIndices.first(where: weightIndices.contains) {
        throw DatasetError(.badRequest, "\(path): column \(both) is both an input and the weights")
      }
      if let both = inputIndices.first(where: lengthIndices.contains) {
        throw DatasetError(.badRequest, "\(path): column \(both) is both an input and the lengths")
      }
    } else {
      let isTaken = Set(targetIndices + weightIndices + lengthIndices)
      inputIndices = (0..<count).filter { !isTaken.contains($0) }
    }
    try CSVLayout.checkNames(
      path, names, of: inputIndices + targetIndices + weightIndices + lengthIndices)
    guard !inputIndices.isEmpty else {
      throw DatasetError(
        .badRequest,
        "\(path) has \(count) columns and none is left as input; is the separator "
          + "\"\(options.separator)\" right?")
    }
    lengths = lengthIndices.first.map {
      CSVColumn(index: $0, name: names?[$0], content: .numbers)
    }
    try CSVLayout.check(path, options, inputs: inputIndices.count)
    let content: CSVColumn.Content = options.categorical == .none ? .numbers : .undecided
    inputs = inputIndices.map { CSVColumn(index: $0, name: names?[$0], content: content) }
    if case .columns(let references) = options.categorical {
      for index in try CSVLayout.find(references, path, names, count) {
        guard let position = inputIndices.firstIndex(of: index) else {
          throw DatasetError(.badRequest, "\(path): the categorical column \(index) is no input")
        }
        inputs[position] = CSVColumn(
          index: index, name: names?[index], content: .categories(CategoryTable()))
      }
    }
    guard kind != .classes || targetIndices.count <= 1 else {
      throw DatasetError(
        .badRequest,
        "\(path): classes are asked for in \(targetIndices.count) target columns; name one")
    }
    let targetContent: CSVColumn.Content =
      switch kind {
      case .classes: .categories(CategoryTable())
      case .classesOrRows, .answers:
        targetIndices.count == 1 ? .categories(CategoryTable()) : .numbers
      case .values: .numbers
      case .automatic: targetIndices.count == 1 ? .undecided : .numbers
      }
    targets = targetIndices.map { CSVColumn(index: $0, name: names?[$0], content: targetContent) }
    weights = weightIndices.first.map {
      CSVColumn(index: $0, name: names?[$0], content: .numbers)
    }
  }

  /// The layout of a file that must match a training file.
  ///
  /// With names, columns are found by name and may stand anywhere; without, the file has the
  /// training file's columns, or, where no targets are wanted, exactly the inputs, if these are all that
  /// tells what a sequence is.
  init(
    _ path: String, table: DataSchema.Table, wantsTargets: Bool,
    weights reference: CSVOptions.ColumnReference?, canLackWeights: Bool = false,
    names: [String]?, count: Int
  ) throws(DatasetError) {
    columnCount = count
    let wantedTargets = wantsTargets ? table.targets : []
    let canHoldInputsOnly = names == nil && !wantsTargets && table.options.lengths == nil
    let holdsInputsOnly = canHoldInputsOnly && count == table.inputs.count
    // Columns at the end that are not read may be absent.
    let needed = table.inputs + wantedTargets + (table.lengths.map { [$0] } ?? [])
    let isCutBehind =
      (canLackWeights || !wantsTargets) && count < table.columnCount
      && needed.allSatisfy { $0.index < count }
    guard names != nil || holdsInputsOnly || isCutBehind || count == table.columnCount else {
      let alternative =
        canHoldInputsOnly
        ? " or \(table.inputs.count), the inputs alone"
        : table.options.lengths == nil ? "" : ", that of the lengths among them"
      throw DatasetError(
        .badContent,
        "\(path) has \(count) columns; the training data have \(table.columnCount)\(alternative)")
    }
    func column(
      _ column: DataSchema.Column, at position: Int
    ) throws(DatasetError) -> CSVColumn {
      let content =
        column.categories.map { CSVColumn.Content.categories(CategoryTable(fixed: $0)) }
        ?? .numbers
      var index = holdsInputsOnly ? position : column.index
      if let names, let name = column.name {
        index = try CSVLayout.match(.name(name), path, names, count)
      } else if index >= count {
        throw DatasetError(
          .badContent, "\(path) has \(count) columns and no column \(index), which is read")
      }
      return CSVColumn(index: index, name: column.name, content: content)
    }
    inputs = []
    for (position, input) in table.inputs.enumerated() {
      inputs.append(try column(input, at: position))
    }
    targets = []
    for target in wantedTargets { targets.append(try column(target, at: target.index)) }
    if let known = table.lengths {
      lengths = try column(known, at: known.index)
    } else if let reference = table.options.lengths?.column {
      // A model of before the column was kept.
      let index = try CSVLayout.match(reference, path, names, count)
      lengths = CSVColumn(index: index, name: names?[index], content: .numbers)
    }
    if let reference, wantsTargets {
      if canLackWeights, CSVLayout.lacks(reference, names, count, of: table.columnCount) {
        lacksWeights = true
        return
      }
      let index = try CSVLayout.match(reference, path, names, count)
      weights = CSVColumn(index: index, name: names?[index], content: .numbers)
    }
  }

  /// Whether the inputs of `options` can be sequences that end early, where they may.
  private static func check(
    _ path: String, _ options: CSVOptions, inputs: Int
  ) throws(DatasetError) {
    guard options.isPadded else { return }
    guard options.missing == .error, options.categorical == .none else {
      throw DatasetError(
        .badRequest,
        "\(path): sequences that end early are numbers without gaps; leave one_hot and missing out")
    }
    if let lengths = options.lengths, inputs % lengths.features != 0 {
      throw DatasetError(
        .badRequest,
        "\(path): \(inputs) input columns are not a whole number of steps of \(lengths.features)")
    }
  }

  /// Whether the column of the training data's weights is not in a file of `count` columns.
  private static func lacks(
    _ reference: CSVOptions.ColumnReference, _ names: [String]?, _ count: Int, of trained: Int
  ) -> Bool {
    switch reference {
    case .name(let name): names.map { !$0.contains(name) } ?? false
    case .index(let index):
      names == nil ? (index < 0 ? trained + index : index) >= count : count < trained
    }
  }

  /// The column `reference` of a file whose columns must be those of the training data.
  ///
  /// - Throws: Where the file, not the configuration, is wrong.
  private static func match(
    _ reference: CSVOptions.ColumnReference, _ path: String, _ names: [String]?, _ count: Int
  ) throws(DatasetError) -> Int {
    do {
      return try find([reference], path, names, count)[0]
    } catch {
      throw DatasetError(.badContent, error.description)
    }
  }

  /// Columns that are read are found again by their names, in other files, so that two of one name are an
  /// error from the beginning.
  private static func checkNames(
    _ path: String, _ names: [String]?, of used: [Int]
  ) throws(DatasetError) {
    guard let names else { return }
    var firsts: [String: Int] = [:]
    var twins: [String: (Int, Int)] = [:]
    for (index, name) in names.enumerated() {
      if let first = firsts[name] { twins[name] = twins[name] ?? (first, index) }
      firsts[name] = firsts[name] ?? index
    }
    if twins.isEmpty { return }
    for index in used.sorted() {
      guard let (first, second) = twins[names[index]] else { continue }
      throw DatasetError(
        .badContent,
        "\(path): the columns \(first) and \(second) are both called \"\(names[index])\"; give each a"
          + " name of its own in the header line")
    }
  }

  private static func find(
    _ references: [CSVOptions.ColumnReference], _ path: String, _ names: [String]?, _ count: Int
  ) throws(DatasetError) -> [Int] {
    var found: [Int] = []
    var seen: Set<Int> = []
    for reference in references {
      let index: Int
      switch reference {
      case .index(let number):
        index = number < 0 ? count + number : number
        guard index >= 0, index < count else {
          throw DatasetError(
            .badRequest, "\(path) has the columns 0 to \(count - 1) and no column \(number)")
        }
      case .name(let name):
        guard let names else {
          throw DatasetError(
            .badRequest,
            "\(path): column \"\(name)\" is asked for by name, but the file is read without a "
              + "header line; set header: true, or give the position")
        }
        let matches = names.indices.filter { names[$0] == name }
        guard matches.count == 1 else {
          throw DatasetError(
            .badRequest,
            "\(path) has \(matches.isEmpty ? "no column" : "\(matches.count) columns") called "
              + "\"\(name)\"; its columns are \(listed(names))")
        }
        index = matches[0]
      }
      guard seen.insert(index).inserted else {
        throw DatasetError(.badRequest, "\(path): column \(reference) is named twice")
      }
      found.append(index)
    }
    return found
  }
}
