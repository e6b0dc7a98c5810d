import Tensors

/// Some samples of a data set, in an order of their own.
public final class Subset: GatheringDataset {
  /// What the samples mean.
  public var schema: DataSchema { base.schema }
  /// The number of samples.
  public let count: Int
  /// Whether inputs may have more digits than single precision holds.
  public var isWide: Bool { base.isWide }
  /// What a person should know of how the base was read.
  public var notes: [String] { base.notes }

  private let base: any GatheringDataset
  /// The samples in the base, or nil for its first `count`.
  private let indices: [Int]?
  private var scratch: [Int] = []

  /// The samples `indices` of `base`, in this order.
  ///
  /// - Precondition: The indices are within the base.
  public init(_ base: any GatheringDataset, _ indices: [Int]) {
    for index in indices {
      precondition(index >= 0 && index < base.count, "sample \(index) of \(base.count)")
    }
    self.base = base
    self.indices = indices
    count = indices.count
  }

  /// The first `first` samples of `base`.
  ///
  /// - Throws: Where the base has fewer, or none are asked for.
  public init(_ base: any GatheringDataset, first: Int) throws(DatasetError) {
    guard first > 0, first <= base.count else {
      throw DatasetError(
        .badRequest, "the first \(first) samples are asked for; there are 1 to \(base.count)")
    }
    self.base = base
    indices = nil
    count = first
  }

  /// Writes the inputs of the samples `indices` to `output`.
  public func gatherInputs(
    _ indices: Span<Int>, into output: inout MutableSpan<Float>, rescaling: Rescaling?
  ) throws(DatasetError) {
    var local: [Int] = []
    swap(&local, &scratch)
    defer { swap(&local, &scratch) }
    translate(indices, into: &local)
    try base.gatherInputs(local.span, into: &output, rescaling: rescaling)
  }

  /// Writes the inputs of the samples `indices` to `output` with all their digits.
  public func gatherNumbers(
    _ indices: Span<Int>, into output: inout MutableSpan<Double>
  ) throws(DatasetError) {
    var local: [Int] = []
    swap(&local, &scratch)
    defer { swap(&local, &scratch) }
    translate(indices, into: &local)
    try base.gatherNumbers(local.span, into: &output)
  }

  /// Writes the targets of the samples `indices` to `output`.
  public func gatherTargets(
    _ indices: Span<Int>, into output: inout MutableSpan<Float>, form: TargetForm, width: Int
  ) {
    var local: [Int] = []
    swap(&local, &scratch)
    defer { swap(&local, &scratch) }
    translate(indices, into: &local)
    base.gatherTargets(local.span, into: &output, form: form, width: width)
  }

  /// Writes the weights of the samples `indices` to `output`.
  public func gatherWeights(_ indices: Span<Int>, into output: inout MutableSpan<Float>) {
    var local: [Int] = []
    swap(&local, &scratch)
    defer { swap(&local, &scratch) }
    translate(indices, into: &local)
    base.gatherWeights(local.span, into: &output)
  }

  /// The class of one sample.
  public func classIndex(of sample: Int) -> Int { base.classIndex(of: baseIndex(sample)) }

  /// The sample's index in the base.
  public func baseIndex(_ sample: Int) -> Int {
    precondition(sample >= 0 && sample < count, "sample \(sample) of \(count)")
    return indices?[sample] ?? sample
  }

  private func translate(_ samples: Span<Int>, into local: inout [Int]) {
    local.removeAll(keepingCapacity: true)
    for k in 0..<samples.count { local.append(baseIndex(samples[k])) }
  }
}
