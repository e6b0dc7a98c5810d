import Tensors

/// The largest size that a saved description may name: 2³¹ − 1.
private let greatestSize = Int(Int32.max)

extension DataSchema {
  /// What is wrong with a schema that was read from a file, with the field that is; nil where it may be
  /// used. A schema of opened data has no flaw.
  public var flaw: String? {
    if let flaw = DataSchema.flaw(ofShape: inputShape) { return "inputShape \(flaw)" }
    let width = Shape(inputShape).count
    if let parts {
      for (index, part) in parts.enumerated() {
        if let flaw = DataSchema.flaw(ofShape: part.shape) {
          return "parts[\(index)].shape \(flaw)"
        }
      }
      let widths = parts.map { Shape($0.shape).count }
      let names = Set(parts.map(\.name))
      guard !parts.isEmpty, names.count == parts.count else {
        return "parts are \(parts.count) inputs of \(names.count) different names"
      }
      guard widths.reduce(0, +) == width else {
        return "parts hold \(widths.reduce(0, +)) numbers, but inputShape \(inputShape) is \(width)"
      }
    }
    return target.flaw.map { "target \($0)" } ?? table?.flaw(width: width).map { "table.\($0)" }
  }

  /// What is wrong with the shape of a sample.
  static func flaw(ofShape shape: [Int]) -> String? {
    guard !shape.isEmpty, shape.allSatisfy({ $0 >= 1 }), let checked = Shape(checking: shape),
      checked.count <= greatestSize
    else { return "is \(shape); extents from 1 on, and at most \(greatestSize) numbers are needed" }
    return nil
  }
}

extension TargetDescription {
  /// What is wrong with targets that were read from a file.
  fileprivate var flaw: String? {
    switch self {
    case .classes(let names): TargetDescription.flaw(ofNames: names)
    case .classSequences(let names, let steps):
      (1...greatestSize).contains(steps)
        ? TargetDescription.flaw(ofNames: names) : "has \(steps) steps; it must have one or more"
    case .values(let width):
      (0...greatestSize).contains(width) ? nil : "has \(width) values per sample"
    }
  }

  private static func flaw(ofNames names: [String]) -> String? {
    guard !names.isEmpty else { return "has no classes" }
    guard Set(names.map { Array($0.utf8) }).count == names.count else {
      return "names a class twice"
    }
    return nil
  }
}

extension DataSchema.Table {
  /// What is wrong with a table that was read from a file, whose samples have `width` numbers.
  fileprivate func flaw(width: Int) -> String? {
    guard (1...greatestSize).contains(columnCount) else { return "columnCount is \(columnCount)" }
    if let flaw = options.flaw { return "options.\(flaw)" }
    let records = options.window?.length ?? 1
    let (numbers, overflow) = inputs.count.multipliedReportingOverflow(by: records)
    guard !inputs.isEmpty, !overflow, numbers == width else {
      return "inputs are \(inputs.count) columns, which \(width) numbers per sample do not fit"
    }
    for (name, columns) in [("inputs", inputs), ("targets", targets), ("lengths", [lengths])]
      as [(String, [DataSchema.Column?])]
    {
      for case let (index, column?) in columns.enumerated() {
        guard (0..<columnCount).contains(column.index) else {
          return "\(name)[\(index)].index is \(column.index); the table has \(columnCount) columns"
        }
        guard let categories = column.categories else { continue }
        guard Set(categories.map { Array($0.utf8) }).count == categories.count else {
          return "\(name)[\(index)].categories names one twice"
        }
      }
    }
    return nil
  }
}

extension CSVOptions {
  /// What is wrong with options that were read from a file.
  fileprivate var flaw: String? {
    guard separator.utf8.count == 1, !["\"", "\n", "\r"].contains(separator) else {
      return "separator is not one ASCII character"
    }
    if let window {
      guard (1...greatestSize).contains(window.length) else {
        return "window.length is \(window.length)"
      }
      guard (1...greatestSize).contains(window.horizon) else {
        return "window.horizon is \(window.horizon)"
      }
    }
    if let lengths, !(1...greatestSize).contains(lengths.features) {
      return "lengths.features is \(lengths.features)"
    }
    return nil
  }
}
