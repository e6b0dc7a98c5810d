import Datasets
import Models

/// Whether every sample of a network that passes over padding has a step that is none.
public struct PaddingCheck {
  private let steps: Int
  private let padding: Float
  private let range: Range<Int>

  /// The check for `graph`; nil where nothing is masked.
  public init?(_ graph: NetworkGraph) {
    guard let mask = graph.mask else { return nil }
    (steps, padding, range) = mask
  }

  /// Reads all inputs of `data`, which messages call `name`, as the network would get them.
  ///
  /// - Throws: `DatasetError` naming the first sample that is all padding.
  public func check(_ data: any GatheringDataset, _ name: String) throws(DatasetError) {
    if let flaw = try flaw(in: data, from: 0) { throw flaw.error(name) }
  }

  /// The first sample of `data` from `start` on that is all padding.
  func flaw(
    in data: any GatheringDataset, from start: Int
  ) throws(DatasetError) -> SampleFlaw? {
    try data.firstFlaw(from: start) { sample, inputs in
      if padding.isNaN { return gap(sample, inputs) }
      for i in range where Float(inputs[i]) != padding { return nil }
      return SampleFlaw(
        sample: sample,
        text: "is all padding: its \(steps) steps hold nothing but"
          + " \(padding); leave it out, or mask another value")
    }
  }

  /// What is wrong with a sequence that ends early, where something is: a step has all its numbers or none.
  private func gap(_ sample: Int, _ inputs: Span<Double>) -> SampleFlaw? {
    let size = range.count / steps
    for step in 0..<steps {
      let first = range.lowerBound + step * size
      var count = 0
      for i in first..<first + size where inputs[i].isNaN { count += 1 }
      if step == 0, count == size {
        return SampleFlaw(sample: sample, text: "has no step; leave it out")
      }
      if count > 0, count < size {
        return SampleFlaw(
          sample: sample,
          text: "ends within a step: of the \(size) numbers of step \(step) \(count) are missing; a"
            + " step has all or none")
      }
    }
    return nil
  }
}

extension RunData {
  /// Checks that no sample of any part is all padding, where `graph` passes over padding.
  func checkPadding(for graph: NetworkGraph) throws {
    guard (schema.isPadded == true) == graph.masksByLength else {
      throw ConfigurationError(
        at: nil,
        graph.masksByLength
          ? "the model has `masking: lengths`, but the training data tell no lengths; give data.train"
            + " lengths, or ragged"
          : "data.train has sequences that end early, but no layer heeds it; put `masking: lengths` where"
            + " the input is [steps, features], or [steps] before an embedding")
    }
    guard let check = PaddingCheck(graph) else { return }
    if !graph.masksByLength,
      preprocessing.steps.contains(where: { $0 == .standardize || $0 == .minMax })
    {
      throw ConfigurationError(
        at: nil,
        "data.preprocess moves and scales padding like data, so that masking would not find it; leave"
          + " standardize and min_max out, and prepare the sequences before they are padded")
    }
    try checkAll(check.check)
  }
}
