import Tensors

/// A data set whose inputs and targets can be gathered apart, and whose inputs can be rescaled on
/// the way: what combinators and preprocessing build on.
///
/// All readers and combinators of this module conform; ``Dataset/read(_:into:)`` follows from it.
public protocol GatheringDataset: Dataset {
  /// What the samples mean.
  var schema: DataSchema { get }

  /// Writes the inputs of the samples `indices` to `output`, row after row, each number x turned
  /// into (x − shift)·scale where `rescaling` is given. Allocates nothing once warm.
  ///
  /// - Precondition: `output` holds exactly that many rows; the indices are within the data set.
  func gatherInputs(
    _ indices: Span<Int>, into output: inout MutableSpan<Float>, rescaling: Rescaling?
  ) throws(DatasetError)

  /// Whether inputs may have more digits than single precision holds, so that they are prepared in
  /// double precision.
  var isWide: Bool { get }

  /// Writes the inputs of the samples `indices` to `output` with all their digits. Allocates nothing
  /// once warm where ``isWide``.
  ///
  /// - Precondition: `output` holds exactly that many rows; the indices are within the data set.
  func gatherNumbers(
    _ indices: Span<Int>, into output: inout MutableSpan<Double>
  ) throws(DatasetError)

  /// What a person should know of how the source was read, a sentence each.
  var notes: [String] { get }

  /// Writes the targets of the samples `indices` to `output`, `width` numbers per sample in `form`.
  ///
  /// Classes become one-hot rows or class numbers; as `.values`, a class number where `width` is 1,
  /// else a one-hot row. As `.signs` these, and values that are 0 or −1 for no and 1 for yes, become
  /// −1 and 1. Rows of values are rows of values in the form `.oneHot` too. Of sequences of classes
  /// every step is such a target, one after the other.
  ///
  /// - Precondition: `form` and `width` suit the targets; the indices are within the data set.
  func gatherTargets(
    _ indices: Span<Int>, into output: inout MutableSpan<Float>, form: TargetForm, width: Int)

  /// Writes the weights of the samples `indices` to `output`: 1 where the source has none.
  ///
  /// - Precondition: `output` holds as many numbers; the indices are within the data set.
  func gatherWeights(_ indices: Span<Int>, into output: inout MutableSpan<Float>)

  /// The class of one sample.
  ///
  /// - Precondition: the targets are classes.
  func classIndex(of sample: Int) -> Int

  /// Numbers by which the content is compared with that on other ranks, or at another time.
  func contentDigest() throws(DatasetError) -> DataDigest
}

extension GatheringDataset {
  /// False.
  public var isWide: Bool { false }

  /// None.
  public var notes: [String] { [] }

  /// Widens what ``gatherInputs(_:into:rescaling:)`` writes.
  public func gatherNumbers(
    _ indices: Span<Int>, into output: inout MutableSpan<Double>
  ) throws(DatasetError) {
    let storage = FloatStorage(count: output.count)
    var singles = storage.mutableSpan
    try gatherInputs(indices, into: &singles, rescaling: nil)
    for i in 0..<output.count { output[i] = Double(singles[i]) }
  }

  /// The shape of one sample's inputs.
  public var inputShape: Shape { Shape(schema.inputShape) }

  /// What the targets are.
  public var targets: TargetDescription { schema.target }

  /// Reads the samples `indices` into the first rows of `batch` and sets its `count`.
  public func read(_ indices: Span<Int>, into batch: Batch) throws(DatasetError) {
    let n = indices.count
    precondition(n <= batch.capacity, "\(n) samples for a batch of \(batch.capacity)")
    let (inputStorage, targetStorage, weightStorage) = (batch.inputs, batch.targets, batch.weights)
    var inputs = inputStorage.mutableSpan(0..<n * batch.inputWidth)
    try gatherInputs(indices, into: &inputs, rescaling: nil)
    var targets = targetStorage.mutableSpan(0..<n * batch.targetWidth)
    gatherTargets(indices, into: &targets, form: batch.targetForm, width: batch.targetWidth)
    var weights = weightStorage.mutableSpan(0..<n)
    gatherWeights(indices, into: &weights)
    batch.count = n
  }
}

extension Dataset {
  /// The numbers of one sample's inputs.
  public var inputWidth: Int { inputShape.count }
}

/// The targets in a few words, for messages.
func described(_ targets: TargetDescription) -> String {
  switch targets {
  case .classes(let names): "\(names.count) classes (\(listed(names, limit: 4)))"
  case .classSequences(let names, let steps):
    "\(names.count) classes (\(listed(names, limit: 4))) at each of \(steps) steps"
  case .values(width: 0): "no targets"
  case .values(let width): "\(width) target values"
  }
}
