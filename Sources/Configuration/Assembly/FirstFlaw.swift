import Datasets

extension GatheringDataset {
  /// What `look` says of the first sample from `start` on of which it says something; it gets a sample's
  /// number and inputs, as the network would, before they are rounded to single precision.
  func firstFlaw(
    from start: Int, _ look: (Int, Span<Double>) -> SampleFlaw?
  ) throws(DatasetError) -> SampleFlaw? {
    let width = inputWidth
    // Wide samples are read a few at a time.
    let block = max(1, min(256, count, (1 << 20) / max(width, 1)))
    var numbers = [Double](repeating: 0, count: block * width)
    for first in stride(from: start, to: count, by: block) {
      let samples = Array(first..<min(first + block, count))
      var room = numbers.mutableSpan
      var inputs = room._mutatingExtracting(first: samples.count * width)
      try gatherNumbers(samples.span, into: &inputs)
      for sample in samples {
        let place = (sample - first) * width
        if let flaw = look(sample, numbers.span.extracting(place..<place + width)) { return flaw }
      }
    }
    return nil
  }
}
