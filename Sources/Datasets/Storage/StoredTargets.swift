import Tensors

/// The targets of a data set, in memory.
struct StoredTargets: Sendable {
  /// What they are.
  let description: TargetDescription
  private let classes: [Int32]
  private let values: [Float]
  /// The values, or the classes, of a sample.
  private let width: Int

  /// One class per sample.
  init(classes: [Int32], names: [String]) {
    description = .classes(names)
    self.classes = classes
    values = []
    width = 1
  }

  /// One class for each of `steps` steps of a sample, sample after sample.
  init(classes: [Int32], names: [String], steps: Int) {
    description = .classSequences(names, steps: steps)
    self.classes = classes
    values = []
    width = steps
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
    return (description.answerNames == nil ? values.count : classes.count) / width
  }

  /// A digest of all targets; 0 where there are none.
  func digest() -> UInt64 {
    if width == 0 { return 0 }
    return bitDigest([contentDigest(classes.span.bytes), contentDigest(values.span.bytes)])
  }

  /// The class of one sample.
  func classIndex(of sample: Int) -> Int {
    precondition(description.classNames != nil, "these samples have no class")
    return Int(classes[sample])
  }

  /// Writes the targets of `indices` to `output`, `width` numbers per sample in `form`.
  func gather(
    _ indices: Span<Int>, into output: inout MutableSpan<Float>, form: TargetForm, width: Int
  ) {
    precondition(output.count == indices.count * width)
    // Predictions ask for no targets.
    guard width > 0 else { return }
    guard let names = description.answerNames else {
      precondition(
        form != .classIndex && width == self.width,
        "targets of \(self.width) values asked for as \(width) numbers in the form \(form)")
      gatherValues(values.span, indices, into: &output, width: width)
      if form == .signs { makeSigns(&output) }
      return
    }
    let steps = self.width
    if form == .classIndex || (form != .oneHot && width == steps) {
      precondition(width == steps, "\(steps) class numbers, not \(width)")
      gatherNumbers(classes.span, indices, into: &output, steps: steps)
    } else {
      precondition(
        width == steps * names.count, "\(steps) × \(names.count) classes in a row of \(width)")
      gatherOneHot(
        classes.span, indices, into: &output, steps: steps, classCount: names.count)
    }
    if form == .signs { makeSigns(&output) }
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
  _ classes: Span<Int32>, _ indices: Span<Int>, into output: inout MutableSpan<Float>, steps: Int
) {
  for k in 0..<indices.count {
    let start = indices[k] * steps
    for i in 0..<steps { output[k * steps + i] = Float(classes[start + i]) }
  }
}

private func gatherOneHot(
  _ classes: Span<Int32>, _ indices: Span<Int>, into output: inout MutableSpan<Float>, steps: Int,
  classCount: Int
) {
  for i in 0..<output.count { output[i] = 0 }
  for k in 0..<indices.count {
    let start = indices[k] * steps
    for i in 0..<steps { output[(k * steps + i) * classCount + Int(classes[start + i])] = 1 }
  }
}
