import Tensors

/// The random changes of a run's training samples, and all that is needed to make them.
///
/// Augmentations see inputs as the data have them and come before preprocessing, so that brightness and
/// noise have the units of the data. Evaluation never sees any of this.
public struct AugmentationPlan {
  /// The training part before preprocessing.
  public let source: any GatheringDataset
  /// The changes, in their order.
  public let steps: [any Augmentation]
  /// What preprocessing makes of numbers, afterwards; nil for nothing.
  public let rescaling: Rescaling?
  /// The key of all draws.
  public let key: RandomKey
  /// The range of the values of the training part, where a step wants to know it.
  public let valueRange: ClosedRange<Float>
  /// The samples of each class, where a mixture stays within classes.
  let classMembers: [[Int]]

  /// The changes `steps` of the samples of `source` in a run of the given seed.
  ///
  /// - Parameter preprocessing: What is done to inputs afterwards.
  /// - Throws: Where the samples can't be read.
  /// - Precondition: No step has a flaw for the inputs, at most one mixes, within classes only where targets are
  ///   classes, and preprocessing is of numbers alone.
  public init(
    _ source: any GatheringDataset, steps: [any Augmentation], preprocessing: Preprocessing,
    seed: UInt64
  ) throws(DatasetError) {
    precondition(preprocessing.columns == nil, "augmentation of encoded columns")
    for step in steps { precondition(step.flaw(for: source.schema.inputShape) == nil) }
    precondition(steps.filter { $0 is MixUp }.count <= 1, "more than one mixture")
    self.source = source
    self.steps = steps
    rescaling = preprocessing.isIdentity ? nil : preprocessing.rescaling
    key = RandomKey(seed: seed, purpose: .augmentation)
    valueRange =
      steps.contains { $0.needsValueRange }
      ? try AugmentationPlan.range(of: source) : 0...0
    let staysWithinClass = steps.contains { ($0 as? MixUp)?.isWithinClass == true }
    classMembers = staysWithinClass ? AugmentationPlan.members(of: source) : []
  }

  /// The samples of each class of `source`, in their order.
  private static func members(of source: any GatheringDataset) -> [[Int]] {
    var members = [[Int]](repeating: [], count: source.targets.classNames?.count ?? 0)
    for sample in 0..<source.count { members[source.classIndex(of: sample)].append(sample) }
    return members
  }

  /// The least and the greatest value of all inputs.
  public static func range(
    of source: any GatheringDataset
  ) throws(DatasetError) -> ClosedRange<Float> {
    let statistics = try InputStatistics(of: source, groups: 1)
    return Float(statistics.minima[0])...Float(statistics.maxima[0])
  }
}
