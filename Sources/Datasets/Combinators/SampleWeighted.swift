import Tensors

/// A data set whose samples weigh what a list says, in place of what they weigh by themselves.
public final class SampleWeighted: GatheringDataset {
  /// What the samples mean.
  public var schema: DataSchema { base.schema }
  /// The number of samples.
  public var count: Int { base.count }
  /// Whether inputs may have more digits than single precision holds.
  public var isWide: Bool { base.isWide }

  private let base: any GatheringDataset
  private let weights: [Float]

  /// The samples of `base`, weighed by `weights`, one number for each.
  ///
  /// - Throws: Where there are not as many weights as samples, one is negative or not finite, or fewer
  ///   than two samples weigh anything; `name` says where the weights come from.
  public init(
    _ base: any GatheringDataset, weights: [Float], _ name: String
  ) throws(DatasetError) {
    guard weights.count == base.count else {
      throw DatasetError(
        .badContent,
        "\(name) holds \(weights.count) weights, but the training part has \(base.count) samples;"
          + " give one weight for each, in their order")
    }
    if let index = weights.firstIndex(where: { !$0.isFinite || $0 < 0 }) {
      throw DatasetError(
        .badContent,
        "\(name): the weight of sample \(index) is \(weights[index]); weights are finite and at"
          + " least 0")
    }
    let heavy = weights.indices.filter { weights[$0] > 0 }
    guard heavy.count > 1 else {
      let found = heavy.first.map { "all weight is on sample \($0)" } ?? "all weights are 0"
      throw DatasetError(
        .badContent, "\(name): \(found); at least two samples must weigh something")
    }
    self.base = base
    self.weights = weights
  }

  /// The weights in the file at `path`, an NPY array of one number for each sample.
  ///
  /// - Throws: Where the file can't be read, or holds anything else.
  public static func weights(path: String) throws(DatasetError) -> [Float] {
    let read = try NPYReader.read(inputs: path, targets: nil)
    guard read.inputShape.count == 1 else {
      throw DatasetError(
        .badContent,
        "\(path) holds \(read.inputShape.count) numbers for each sample; one weight is expected")
    }
    let storage = FloatStorage(count: read.count)
    var values = storage.mutableSpan
    try read.gatherInputs(Array(0..<read.count).span, into: &values, rescaling: nil)
    return (0..<read.count).map { storage.span[$0] }
  }

  /// Writes the inputs of the samples `indices` to `output`.
  public func gatherInputs(
    _ indices: Span<Int>, into output: inout MutableSpan<Float>, rescaling: Rescaling?
  ) throws(DatasetError) {
    try base.gatherInputs(indices, into: &output, rescaling: rescaling)
  }

  /// Writes the inputs of the samples `indices` to `output` with all their digits.
  public func gatherNumbers(
    _ indices: Span<Int>, into output: inout MutableSpan<Double>
  ) throws(DatasetError) {
    try base.gatherNumbers(indices, into: &output)
  }

  /// Writes the targets of the samples `indices` to `output`.
  public func gatherTargets(
    _ indices: Span<Int>, into output: inout MutableSpan<Float>, form: TargetForm, width: Int
  ) {
    base.gatherTargets(indices, into: &output, form: form, width: width)
  }

  /// Writes the weights of the samples `indices` to `output`.
  public func gatherWeights(_ indices: Span<Int>, into output: inout MutableSpan<Float>) {
    for k in 0..<indices.count { output[k] = weights[indices[k]] }
  }

  /// The class of one sample.
  public func classIndex(of sample: Int) -> Int { base.classIndex(of: sample) }
}
