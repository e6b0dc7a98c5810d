import Tensors

/// The next minibatch of records that arrive while a network learns, held by every rank.
///
/// Records are numbered from 0 in the order in which they are learnt from. As a data set it has no end,
/// but only the records of the minibatch at hand can be read.
public final class ArrivedRecords: Dataset {
  /// The records; their number is `batch.count`.
  public let batch: Batch
  /// The number of the first of them.
  public var first = 0
  /// The shape of one sample's inputs.
  public let inputShape: Shape
  /// What the targets are.
  public let targets: TargetDescription

  /// Room for minibatches of `batch`, none of which has arrived.
  public init(_ batch: Batch, inputShape: Shape, targets: TargetDescription) {
    precondition(batch.inputWidth == inputShape.count)
    self.batch = batch
    self.inputShape = inputShape
    self.targets = targets
  }

  /// No number is too large: records come as long as they like.
  public var count: Int { .max }

  /// The numbers of the records at hand.
  public var numbers: Range<Int> { first..<first + batch.count }

  /// Appends samples of `data` from `start` on, as many as there is room for; how many those are.
  public func append(
    _ data: any GatheringDataset, from start: Int
  ) throws(DatasetError) -> Int {
    let have = batch.count
    let count = min(batch.capacity - have, data.count - start)
    guard count > 0 else { return 0 }
    let samples = Array(start..<start + count)
    let (inputs, targets, weights) = (batch.inputs, batch.targets, batch.weights)
    func rows(_ width: Int) -> Range<Int> { have * width..<(have + count) * width }
    var input = inputs.mutableSpan(rows(batch.inputWidth))
    try data.gatherInputs(samples.span, into: &input, rescaling: nil)
    var target = targets.mutableSpan(rows(batch.targetWidth))
    data.gatherTargets(
      samples.span, into: &target, form: batch.targetForm, width: batch.targetWidth)
    var weight = weights.mutableSpan(rows(1))
    data.gatherWeights(samples.span, into: &weight)
    batch.count += count
    return count
  }

  /// Copies the records of the numbers `indices`.
  ///
  /// - Precondition: They are at hand.
  public func read(_ indices: Span<Int>, into piece: Batch) throws(DatasetError) {
    precondition(piece.targetForm == batch.targetForm && piece.inputWidth == batch.inputWidth)
    copy(indices, batch.inputs, to: piece.inputs, width: batch.inputWidth)
    copy(indices, batch.targets, to: piece.targets, width: batch.targetWidth)
    copy(indices, batch.weights, to: piece.weights, width: 1)
    piece.count = indices.count
  }

  private func copy(
    _ indices: Span<Int>, _ from: FloatStorage, to: FloatStorage, width: Int
  ) {
    let source = from.span
    var target = to.mutableSpan
    for row in 0..<indices.count {
      let place = indices[row] - first
      precondition(place >= 0 && place < batch.count, "record \(indices[row]) is not at hand")
      for i in 0..<width { target[row * width + i] = source[place * width + i] }
    }
  }
}
