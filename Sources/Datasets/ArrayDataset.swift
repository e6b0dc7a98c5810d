import Tensors

/// Samples whose inputs are the rows of one array, in memory or in a file, and whose targets are in
/// memory: what every reader makes.
public final class ArrayDataset: GatheringDataset {
  /// What the samples mean.
  public let schema: DataSchema
  /// The number of samples.
  public var count: Int { rows.count }
  /// Whether inputs may have more digits than single precision holds.
  public var isWide: Bool { rows.isWide }
  /// What a person should know of how the source was read.
  public let notes: [String]

  private let rows: any InputRows
  private let storedTargets: StoredTargets
  private let weights: [Float]?

  /// The samples of `rows` and `targets`.
  ///
  /// - Parameters:
  ///   - weights: The weight of each sample; nil for 1.
  ///   - canWeighNothing: Whether weights may all be 0.
  /// - Throws: Where there are no samples, or more of one than of the other, or weights that are none.
  init(
    _ name: String, rows: any InputRows, inputShape: [Int], targets: StoredTargets,
    weights: [Float]? = nil, canWeighNothing: Bool = false, table: DataSchema.Table? = nil,
    parts: [DataSchema.Part]? = nil, isPadded: Bool = false, notes: [String] = []
  ) throws(DatasetError) {
    precondition(Shape(inputShape).count == rows.width)
    guard rows.count > 0 else { throw DatasetError(.badContent, "\(name) holds no samples") }
    if let targetCount = targets.count, targetCount != rows.count {
      throw DatasetError(
        .badContent,
        "\(name): \(rows.count) inputs but \(targetCount) targets; do the files belong together?")
    }
    if let weights {
      try ArrayDataset.check(weights, of: rows.count, canWeighNothing: canWeighNothing, name)
    }
    self.rows = rows
    self.notes = notes
    self.weights = weights
    storedTargets = targets
    schema = DataSchema(
      inputShape: inputShape, target: targets.description, table: table, parts: parts,
      isPadded: isPadded ? true : nil)
  }

  /// Writes the inputs of the samples `indices` to `output`.
  public func gatherInputs(
    _ indices: Span<Int>, into output: inout MutableSpan<Float>, rescaling: Rescaling?
  ) throws(DatasetError) {
    try rows.gather(indices, into: &output, rescaling: rescaling)
  }

  /// Writes the inputs of the samples `indices` to `output` with all their digits.
  public func gatherNumbers(
    _ indices: Span<Int>, into output: inout MutableSpan<Double>
  ) throws(DatasetError) {
    try rows.gatherNumbers(indices, into: &output)
  }

  /// Writes the targets of the samples `indices` to `output`.
  public func gatherTargets(
    _ indices: Span<Int>, into output: inout MutableSpan<Float>, form: TargetForm, width: Int
  ) {
    storedTargets.gather(indices, into: &output, form: form, width: width)
  }

  /// Writes the weights of the samples `indices` to `output`.
  public func gatherWeights(_ indices: Span<Int>, into output: inout MutableSpan<Float>) {
    precondition(output.count == indices.count)
    for k in 0..<indices.count { output[k] = weights?[indices[k]] ?? 1 }
  }

  /// The digest of the content, without gathering what is in memory.
  public func contentDigest() throws(DatasetError) -> DataDigest {
    let whole = rows.digest()
    let inputs = if let whole { whole } else { try gatheredInputDigest() }
    return DataDigest(
      samples: count, inputs: inputs, isWhole: whole != nil, targets: storedTargets.digest(),
      weights: weights.map { Tensors.contentDigest($0.span.bytes) } ?? 0)
  }

  private static func check(
    _ weights: [Float], of count: Int, canWeighNothing: Bool, _ name: String
  ) throws(DatasetError) {
    guard weights.count == count else {
      throw DatasetError(
        .badContent, "\(name): \(count) inputs but \(weights.count) weights; there must be one each"
      )
    }
    if let sample = weights.firstIndex(where: { !($0.isFinite && $0 >= 0) }) {
      throw DatasetError(
        .badContent,
        "\(name): sample \(sample) has the weight \(weights[sample]); weights are at least 0")
    }
    guard canWeighNothing || weights.contains(where: { $0 > 0 }) else {
      throw DatasetError(
        .badContent, "\(name): every sample has the weight 0; at least one must count")
    }
  }

  /// The class of one sample.
  public func classIndex(of sample: Int) -> Int { storedTargets.classIndex(of: sample) }
}
