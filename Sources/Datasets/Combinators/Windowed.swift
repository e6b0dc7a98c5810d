import Tensors

/// A table as a time series: a sample is so many consecutive records, its target that of a later one.
///
///     x_i = (r_i, …, r_{i+L−1}) [L, features]        t_i = target of r_{i+L−1+h}
///
/// L is the length, h the horizon. Without targets there is a sample for every stretch, up to the last
/// one, behind which nothing is known yet.
public final class Windowed: GatheringDataset {
  /// What the samples mean.
  public let schema: DataSchema
  /// The number of samples.
  public let count: Int
  /// Whether inputs may have more digits than single precision holds.
  public var isWide: Bool { base.isWide }
  /// What a person should know of how the base was read.
  public var notes: [String] { base.notes }

  private let base: any GatheringDataset
  private let window: CSVOptions.Window
  private let width: Int
  private var scratch: [Int] = []

  /// The stretches of `base`, whose records are in the order of time.
  ///
  /// - Throws: Where there are fewer records than one sample needs; `name` says where they come from.
  public init(
    _ base: any GatheringDataset, _ window: CSVOptions.Window, _ name: String
  ) throws(DatasetError) {
    let horizon = base.targets == .absent ? 0 : window.horizon
    guard base.count >= window.length + horizon else {
      throw DatasetError(
        .badContent,
        "\(name) holds \(base.count) records; a window of \(window.length)"
          + (horizon > 0 ? " and the target \(horizon) behind it need" : " needs")
          + " \(window.length + horizon): use a longer series or a shorter window")
    }
    self.base = base
    self.window = window
    count = base.count - window.length - horizon + 1
    width = base.inputWidth
    schema = DataSchema(
      inputShape: [window.length, width], target: base.targets, table: base.schema.table)
  }

  /// Writes the inputs of the samples `indices` to `output`, record after record.
  public func gatherInputs(
    _ indices: Span<Int>, into output: inout MutableSpan<Float>, rescaling: Rescaling?
  ) throws(DatasetError) {
    checkGather(indices, of: count, width: window.length * width, outputCount: output.count)
    var records: [Int] = []
    swap(&records, &scratch)
    defer { swap(&records, &scratch) }
    takeInputs(indices, &records)
    try base.gatherInputs(records.span, into: &output, rescaling: nil)
    guard let rescaling else { return }
    for k in 0..<indices.count {
      var row = output._mutatingExtracting(
        k * window.length * width..<(k + 1) * window.length * width)
      rescaling.apply(to: &row)
    }
  }

  /// Writes the inputs of the samples `indices` to `output`, record after record, with all their digits.
  public func gatherNumbers(
    _ indices: Span<Int>, into output: inout MutableSpan<Double>
  ) throws(DatasetError) {
    checkGather(indices, of: count, width: window.length * width, outputCount: output.count)
    var records: [Int] = []
    swap(&records, &scratch)
    defer { swap(&records, &scratch) }
    takeInputs(indices, &records)
    try base.gatherNumbers(records.span, into: &output)
  }

  /// Writes the targets of the samples `indices` to `output`.
  public func gatherTargets(
    _ indices: Span<Int>, into output: inout MutableSpan<Float>, form: TargetForm, width: Int
  ) {
    guard base.targets != .absent else { return }
    var records: [Int] = []
    swap(&records, &scratch)
    defer { swap(&records, &scratch) }
    takeTargets(indices, &records)
    base.gatherTargets(records.span, into: &output, form: form, width: width)
  }

  /// Writes the weights of the records of the samples' targets to `output`.
  public func gatherWeights(_ indices: Span<Int>, into output: inout MutableSpan<Float>) {
    guard base.targets != .absent else {
      for k in 0..<indices.count { output[k] = 1 }
      return
    }
    var records: [Int] = []
    swap(&records, &scratch)
    defer { swap(&records, &scratch) }
    takeTargets(indices, &records)
    base.gatherWeights(records.span, into: &output)
  }

  /// The digest of the records.
  public func contentDigest() throws(DatasetError) -> DataDigest { try base.contentDigest() }

  /// The class of one sample.
  public func classIndex(of sample: Int) -> Int { base.classIndex(of: target(of: sample)) }

  /// The record that holds the target.
  private func target(of sample: Int) -> Int { sample + window.length - 1 + window.horizon }

  private func takeInputs(_ indices: Span<Int>, _ records: inout [Int]) {
    records.removeAll(keepingCapacity: true)
    for k in 0..<indices.count {
      for step in 0..<window.length { records.append(indices[k] + step) }
    }
  }

  private func takeTargets(_ indices: Span<Int>, _ records: inout [Int]) {
    records.removeAll(keepingCapacity: true)
    for k in 0..<indices.count { records.append(target(of: indices[k])) }
  }
}
