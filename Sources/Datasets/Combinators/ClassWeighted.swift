import Tensors

/// A data set whose samples weigh what their class does, times what they weigh by themselves.
public final class ClassWeighted: GatheringDataset {
  /// What the samples mean.
  public var schema: DataSchema { base.schema }
  /// The number of samples.
  public var count: Int { base.count }
  /// Whether inputs may have more digits than single precision holds.
  public var isWide: Bool { base.isWide }

  private let base: any GatheringDataset
  private let weights: [Float]

  /// The samples of `base`, each weighed by the weight of its class.
  ///
  /// - Precondition: the targets are classes, and `weights` holds one number for each.
  public init(_ base: any GatheringDataset, weights: [Float]) {
    let classes = base.targets.classNames?.count ?? 0
    precondition(weights.count == classes, "\(weights.count) weights of \(classes) classes")
    self.base = base
    self.weights = weights
  }

  /// Weights by which every class counts for as much: n / (K nₖ), of n samples nₖ of class k, K the
  /// number of classes that have samples; 1 for a class that has none.
  ///
  /// scikit-learn's `class_weight="balanced"`.
  ///
  /// - Precondition: the targets are classes.
  public static func balanced(_ dataset: any GatheringDataset) -> [Float] {
    var counts = [Int](repeating: 0, count: dataset.targets.classNames?.count ?? 0)
    for sample in 0..<dataset.count { counts[dataset.classIndex(of: sample)] += 1 }
    let present = counts.filter { $0 > 0 }.count
    return counts.map {
      $0 == 0 ? 1 : Float(Double(dataset.count) / (Double(present) * Double($0)))
    }
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

  /// Writes the products of the samples' and their classes' weights to `output`.
  public func gatherWeights(_ indices: Span<Int>, into output: inout MutableSpan<Float>) {
    base.gatherWeights(indices, into: &output)
    for k in 0..<indices.count { output[k] *= weights[base.classIndex(of: indices[k])] }
  }

  /// The class of one sample.
  public func classIndex(of sample: Int) -> Int { base.classIndex(of: sample) }
}
