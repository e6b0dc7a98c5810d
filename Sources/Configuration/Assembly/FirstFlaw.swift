import Datasets
import Tensors

extension GatheringDataset {
  /// What `look` says of the first sample from `start` on of which it says something; it gets a sample's
  /// number and inputs, as the network would.
  func firstFlaw(
    from start: Int, _ look: (Int, Span<Float>) -> SampleFlaw?
  ) throws(DatasetError) -> SampleFlaw? {
    let (block, width) = (256, inputWidth)
    let storage = FloatStorage(count: block * width)
    for first in stride(from: start, to: count, by: block) {
      let samples = Array(first..<min(first + block, count))
      var inputs = storage.mutableSpan(0..<samples.count * width)
      try gatherInputs(samples.span, into: &inputs, rescaling: nil)
      for sample in samples {
        let place = (sample - first) * width
        if let flaw = look(sample, storage.span(place..<place + width)) { return flaw }
      }
    }
    return nil
  }
}
