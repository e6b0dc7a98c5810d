import Tensors

extension Preprocessing {
  /// What is wrong with preprocessing that was read from a file, with the field that is, where it is to
  /// be applied to samples of `schema`; nil where it may be used.
  ///
  /// - Precondition: the schema has no flaw itself.
  public func flaw(for schema: DataSchema) -> String? {
    guard inputShape == schema.inputShape else {
      return "inputShape is \(inputShape), but the samples have \(schema.inputShape)"
    }
    for case .divide(let divisor) in steps where !divisor.isFinite || divisor == 0 {
      return "steps divide by \(divisor)"
    }
    let width = Shape(inputShape).count
    let groups: Int
    if let columns {
      guard let inputs = schema.table?.inputs, inputs.count == columns.count, records == nil else {
        return "columns are \(columns.count), but the samples have"
          + " \(schema.table?.inputs.count ?? 0) columns of a table"
      }
      for (index, (column, input)) in zip(columns, inputs).enumerated() {
        if let flaw = column.flaw(for: input) { return "columns[\(index)].\(flaw)" }
      }
      groups = columns.count
    } else if let records {
      guard records >= 1, width.isMultiple(of: records) else {
        return "records is \(records), into which \(width) numbers cannot be cut"
      }
      groups = width / records
    } else {
      groups = Preprocessing.groups(inputShape)
    }
    for (name, values) in [("shift", shift), ("scale", scale)] {
      guard values.count == groups else {
        return "\(name) has \(values.count) numbers; \(groups) are needed"
      }
      guard values.allSatisfy({ Float($0).isFinite }) else {
        return "\(name) has a number that is not finite in single precision"
      }
    }
    guard !outputShape.contains(where: { $0 < 1 }) else { return "columns leave no number" }
    return nil
  }
}

extension Preprocessing.Column {
  /// What is wrong with the encoding of the column `input`.
  fileprivate func flaw(for input: DataSchema.Column) -> String? {
    if let fill, !Float(fill).isFinite { return "fill is \(fill)" }
    guard (categories == nil) == (input.categories == nil) else {
      return categories == nil
        ? "categories are missing for a column of categories"
        : "categories are given for a column of numbers"
    }
    guard let categories, let known = input.categories else { return nil }
    guard Set(categories).count == categories.count,
      categories.allSatisfy({ known.indices.contains($0) })
    else { return "categories are not different ones of the \(known.count) of the data" }
    return nil
  }
}
