extension ArraySource {
  /// The array as targets: classes by number, one per sample or one for each step `[samples, steps]`,
  /// or values.
  ///
  /// Classes without declared names are called by their numbers, from 0 to the greatest.
  ///
  /// - Parameter declared: The description that the targets must keep to, where a training set has
  ///   fixed it.
  func targets(
    _ kind: TargetKind, declared: TargetDescription?
  ) throws(DatasetError) -> StoredTargets {
    let wantsClasses =
      switch (declared, kind) {
      case (.classes, _), (.classSequences, _), (nil, .classes): true
      case (.values, _), (nil, .values): false
      case (nil, .classesOrRows): width == 1
      case (nil, .automatic): width == 1 && !element.isFloatingPoint
      }
    let values = try floats()
    if wantsClasses {
      return try classes(values, declared: declared?.answerNames)
    }
    if case .values(let declaredWidth) = declared, declaredWidth != width {
      throw DatasetError(
        .badRequest,
        "\(name) holds \(width) targets per sample; the training data have \(declaredWidth)")
    }
    return StoredTargets(values: values, width: width)
  }

  private func classes(
    _ labels: [Float], declared: [String]?
  ) throws(DatasetError) -> StoredTargets {
    var classes: [Int32] = []
    classes.reserveCapacity(labels.count)
    let greatestAllowed: Float = 999_999
    for (record, label) in labels.enumerated() {
      guard label >= 0, label <= greatestAllowed, label == label.rounded() else {
        throw DatasetError(
          .badContent,
          "\(name): record \(record / width) has the label \(label); classes are numbered from 0 to "
            + "\(Int(greatestAllowed))")
      }
      classes.append(Int32(label))
    }
    guard let declared else {
      let greatest = Int(classes.max() ?? 0)
      return stored(classes, names: (0...greatest).map(String.init))
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
