import Tensors

/// The targets of a data set, in memory.
struct StoredTargets: Sendable {
  /// What they are.
  let description: TargetDescription
  private let classes: [Int32]
  private let values: [Float]
  private let width: Int

  /// One class per sample.
  init(classes: [Int32], names: [String]) {
    description = .classes(names)
    self.classes = classes
    values = []
    width = 1
  }

  /// `width` numbers per sample.
  init(values: [Float], width: Int) {
    description = .values(width: width)
    classes = []
    self.values = values
    self.width = width
  }

  /// No targets.
  static let absent = StoredTargets(values: [], width: 0)

  /// The number of samples, or nil where there are no targets.
  var count: Int? {
    if width == 0 { return nil }
    return description.classNames == nil ? values.count / width : classes.count
  }

  /// The class of one sample.
  func classIndex(of sample: Int) -> Int {
    precondition(description.classNames != nil, "these targets are values")
    return Int(classes[sample])
  }

  /// Writes the targets of `indices` to `output`, `width` numbers per sample in `form`.
  func gather(
    _ indices: Span<Int>, into output: inout MutableSpan<Float>, form: TargetForm, width: Int
  ) {
    precondition(output.count == indices.count * width)
    guard case .classes(let names) = description else {
      precondition(
        form != .classIndex && width == self.width,
        "targets of \(self.width) values asked for as \(width) numbers in the form \(form)")
      gatherValues(values.span, indices, into: &output, width: width)
      if form == .signs { makeSigns(&output) }
      return
    }
    switch form {
    case .classIndex:
      precondition(width == 1, "a class number is one number, not \(width)")
      gatherNumbers(classes.span, indices, into: &output)
    case .oneHot:
      precondition(width == names.count, "\(names.count) classes in a row of \(width)")
      gatherOneHot(classes.span, indices, into: &output, width: width)
    case .values, .signs:
      if width == 1 {
        gatherNumbers(classes.span, indices, into: &output)
      } else {
        precondition(width == names.count, "\(names.count) classes in a row of \(width)")
        gatherOneHot(classes.span, indices, into: &output, width: width)
      }
      if form == .signs { makeSigns(&output) }
    }
  }
}

/// Makes a no of 0 and −1, a yes of 1.
private func makeSigns(_ values: inout MutableSpan<Float>) {
  for i in 0..<values.count { values[i] = values[i] > 0 ? 1 : -1 }
}

private func gatherValues(
  _ values: Span<Float>, _ indices: Span<Int>, into output: inout MutableSpan<Float>, width: Int
) {
  for k in 0..<indices.count {
    let start = indices[k] * width
    for i in 0..<width { output[k * width + i] = values[start + i] }
  }
}

private func gatherNumbers(
  _ classes: Span<Int32>, _ indices: Span<Int>, into output: inout MutableSpan<Float>
) {
  for k in 0..<indices.count { output[k] = Float(classes[indices[k]]) }
}

private func gatherOneHot(
  _ classes: Span<Int32>, _ indices: Span<Int>, into output: inout MutableSpan<Float>, width: Int
) {
  for i in 0..<output.count { output[i] = 0 }
  for k in 0..<indices.count { output[k * width + Int(classes[indices[k]])] = 1 }
}
