import Datasets
import Models
import Tensors

/// Which steps of some samples are padding, as a network will see it.
final class StepMask {
  private let data: any GatheringDataset
  private let (steps, padding, range): (Int, Float, Range<Int>)
  private var inputs = FloatStorage(count: 0)

  /// The mask of `graph` for the samples of `data`; nil where its output has no padded steps.
  init?(_ graph: NetworkGraph, _ data: any GatheringDataset) {
    guard graph.isOutputMasked, let mask = graph.mask, mask.steps == graph.positions,
      data.inputWidth == graph.inputShape.count
    else { return nil }
    self.data = data
    (steps, padding, range) = mask
  }

  /// Reads the inputs of `samples`, to tell of these.
  func read(_ samples: [Int]) throws(DatasetError) {
    let count = samples.count * data.inputWidth
    if inputs.count < count { inputs = FloatStorage(count: count) }
    let inputs = inputs
    var rows = inputs.mutableSpan(0..<count)
    try data.gatherInputs(samples.span, into: &rows, rescaling: nil)
  }

  /// Whether a step is padding, counted through all samples that were read last.
  func isPadding(_ place: Int) -> Bool {
    let size = range.count / steps
    let first = place / steps * data.inputWidth + range.lowerBound + place % steps * size
    for i in first..<first + size {
      let value = inputs.span[i]
      if value != padding, !(value.isNaN && padding.isNaN) { return false }
    }
    return true
  }
}
