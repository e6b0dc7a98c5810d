import Tensors

/// The windows of a text: the inputs are the numbers of `length` consecutive characters, the targets those
/// of the characters that follow each of them.
///
/// Window i begins at character i·length; so windows do not overlap, and the parts of a sequential
/// split share no target.
public final class TextDataset: GatheringDataset {
  /// What the samples mean: the classes are the characters.
  public let schema: DataSchema
  /// The number of windows.
  public let count: Int
  /// The characters that are known.
  public let vocabulary: TextVocabulary

  private let name: String
  private let text: [Unicode.Scalar]
  private let length: Int
  private let ids: [Int32]

  /// The windows of `text`, whose characters `vocabulary` numbers; nil for those that occur.
  ///
  /// - Throws: Where a character is unknown; `name` says where the text comes from.
  init(
    _ name: String, text: [Unicode.Scalar], length: Int, vocabulary: TextVocabulary?
  ) throws(DatasetError) {
    let known = vocabulary ?? TextVocabulary(of: text)
    do { ids = try known.numbers(of: text) } catch {
      throw DatasetError(
        .badContent,
        "\(name) holds characters that the training part lacks: \(error); leave them out, or train on"
          + " a text that has them")
    }
    self.name = name
    self.text = text
    self.length = length
    self.vocabulary = known
    count = (text.count - 1) / length
    schema = DataSchema(
      inputShape: [length], target: .classSequences(known.characters, steps: length))
  }

  /// The same windows with the vocabulary of the first `windows` of them, the training part.
  ///
  /// - Throws: Where the others hold a character that these lack.
  public func withVocabulary(ofFirst windows: Int) throws(DatasetError) -> TextDataset {
    precondition(windows > 0 && windows <= count, "\(windows) of \(count) windows")
    let known = TextVocabulary(of: text[...(windows * length)])
    return try TextDataset(name, text: text, length: length, vocabulary: known)
  }

  /// Writes the characters' numbers of the windows `indices` to `output`.
  public func gatherInputs(
    _ indices: Span<Int>, into output: inout MutableSpan<Float>, rescaling: Rescaling?
  ) throws(DatasetError) {
    checkGather(indices, of: count, width: length, outputCount: output.count)
    let ids = ids
    copy(ids.span, indices, into: &output, behind: 0)
    guard let rescaling else { return }
    for k in 0..<indices.count {
      var row = output._mutatingExtracting(k * length..<(k + 1) * length)
      rescaling.apply(to: &row)
    }
  }

  /// Writes the numbers of the next characters, or one-hot rows, of the windows `indices` to `output`.
  public func gatherTargets(
    _ indices: Span<Int>, into output: inout MutableSpan<Float>, form: TargetForm, width: Int
  ) {
    // Predictions ask for no targets.
    guard width > 0 else { return }
    let (classes, ids) = (vocabulary.characters.count, ids)
    guard form != .classIndex else {
      checkGather(indices, of: count, width: length, outputCount: output.count)
      return copy(ids.span, indices, into: &output, behind: 1)
    }
    precondition(width == length * classes, "\(length) × \(classes) classes in a row of \(width)")
    let no: Float = form == .signs ? -1 : 0
    for i in 0..<output.count { output[i] = no }
    for k in 0..<indices.count {
      let start = indices[k] * length + 1
      for i in 0..<length { output[(k * length + i) * classes + Int(ids[start + i])] = 1 }
    }
  }

  /// The digest of the characters' numbers, the targets among them.
  public func contentDigest() -> DataDigest {
    let ids = ids
    return DataDigest(
      samples: count, inputs: Tensors.contentDigest(ids.span.bytes), isWhole: true, targets: 0,
      weights: 0)
  }

  /// 1 each.
  public func gatherWeights(_ indices: Span<Int>, into output: inout MutableSpan<Float>) {
    for k in 0..<indices.count { output[k] = 1 }
  }

  /// - Precondition: never; every step has a class of its own.
  public func classIndex(of sample: Int) -> Int {
    preconditionFailure("a window of a text has no class")
  }

  private func copy(
    _ ids: Span<Int32>, _ indices: Span<Int>, into output: inout MutableSpan<Float>, behind: Int
  ) {
    for k in 0..<indices.count {
      let start = indices[k] * length + behind
      for i in 0..<length { output[k * length + i] = Float(ids[start + i]) }
    }
  }
}
