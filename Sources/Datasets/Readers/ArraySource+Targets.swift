extension ArraySource {
  /// The array as targets: classes by number, one per sample or one for each step `[samples, steps]`,
  /// or values.
  ///
  /// Classes without declared names are called by their labels, from `firstLabel` to the greatest.
  ///
  /// - Parameters:
  ///   - declared: The description that the targets must keep to, where a training set has fixed it.
  ///   - firstLabel: The label of the first class.
  func targets(
    _ kind: TargetKind, declared: TargetDescription?, firstLabel: Int
  ) throws(DatasetError) -> StoredTargets {
    let values = try floats()
    if width == 1, let signs = try signs(values, kind, declared: declared) { return signs }
    let wantsClasses =
      switch (declared, kind) {
      case (.classes, _), (.classSequences, _), (nil, .classes): true
      case (.values, _), (nil, .values): false
      case (nil, .classesOrRows): width == 1
      case (nil, .answers): width == 1 && !Self.areProbabilities(values)
      case (nil, .automatic):
        width == 1 && !element.isFloatingPoint && values.allSatisfy { $0 >= 0 }
      }
    if wantsClasses {
      return try classes(
        values, declared: declared?.answerNames, first: declared == nil ? firstLabel : 0)
    }
    if case .values(let declaredWidth) = declared, declaredWidth != width {
      throw DatasetError(
        .badRequest,
        "\(name) holds \(width) targets per sample; the training data have \(declaredWidth)")
    }
    return StoredTargets(values: values, width: width)
  }

  /// The names of the classes that are written as −1 and 1.
  private static let signNames = ["-1", "1"]

  /// Answers that are −1 for no and 1 for yes, as two classes of these names; nil where they are others.
  private func signs(
    _ values: [Float], _ kind: TargetKind, declared: TargetDescription?
  ) throws(DatasetError) -> StoredTargets? {
    switch (declared, kind) {
    case (.classes(let names), _):
      guard names == Self.signNames else { return nil }
      if let record = values.firstIndex(where: { abs($0) != 1 }) {
        throw DatasetError(
          .badContent,
          "\(name): record \(record) has the label \(values[record]), which is none of the 2 classes (-1, 1)"
        )
      }
    case (nil, .answers):
      guard values.contains(-1), values.allSatisfy({ abs($0) == 1 }) else { return nil }
    default: return nil
    }
    return StoredTargets(classes: values.map { $0 > 0 ? 1 : 0 }, names: Self.signNames)
  }

  /// Whether these are numbers from 0 to 1 among which there is another than 0 and 1.
  private static func areProbabilities(_ values: [Float]) -> Bool {
    values.allSatisfy { $0 >= 0 && $0 <= 1 } && values.contains { $0 > 0 && $0 < 1 }
  }

  private func classes(
    _ labels: [Float], declared: [String]?, first: Int
  ) throws(DatasetError) -> StoredTargets {
    var classes: [Int32] = []
    classes.reserveCapacity(labels.count)
    let greatestAllowed: Float = 999_999
    for (record, label) in labels.enumerated() {
      guard label >= Float(first), label <= greatestAllowed, label == label.rounded() else {
        throw DatasetError(
          .badContent,
          "\(name): record \(record / width) has the label \(label); classes are numbered from "
            + "\(first) to \(Int(greatestAllowed))"
            + (first > 0 ? ", as data.train.first_label has it" : ""))
      }
      classes.append(Int32(label))
    }
    guard let declared else {
      let greatest = max(first, Int(classes.max() ?? 0))
      for record in classes.indices { classes[record] -= Int32(first) }
      return stored(classes, names: (first...greatest).map(String.init))
    }
    var numbers: [String: Int32] = [:]
    for (number, name) in declared.enumerated() { numbers[name] = Int32(number) }
    for (record, label) in classes.enumerated() {
      // Classes named by their own numbers, the common case, need no look-up by text.
      if label < declared.count, declared[Int(label)] == String(label) { continue }
      guard let number = numbers[String(label)] else {
        throw DatasetError(
          .badContent,
          "\(name): record \(record / width) has the label \(label), which is none of the "
            + "\(declared.count) classes (\(listed(declared)))")
      }
      classes[record] = number
    }
    return stored(classes, names: declared)
  }

  /// One class per sample, or as many as a sample has numbers.
  private func stored(_ classes: [Int32], names: [String]) -> StoredTargets {
    width == 1
      ? StoredTargets(classes: classes, names: names)
      : StoredTargets(classes: classes, names: names, steps: width)
  }
}

/// The first of `names` for a message, and how many more there are.
func listed(_ names: [String], limit: Int = 12) -> String {
  let shown = names.prefix(limit).joined(separator: ", ")
  return names.count > limit ? "\(shown), … and \(names.count - limit) more" : shown
}
