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
      for i in range where inputs[i] != padding { return nil }
      return SampleFlaw(
        sample: sample,
        text: "is all padding: its \(steps) steps hold nothing but"
          + " \(padding); leave it out, or mask another value")
    }
  }
}

extension RunData {
  /// Checks that no sample of any part is all padding, where `graph` passes over padding.
  func checkPadding(for graph: NetworkGraph) throws {
    guard let check = PaddingCheck(graph) else { return }
    if preprocessing.steps.contains(where: { $0 == .standardize || $0 == .minMax }) {
      throw ConfigurationError(
        at: nil,
        "data.preprocess moves and scales padding like data, so that masking would not find it; leave"
          + " standardize and min_max out, and prepare the sequences before they are padded")
    }
    try check.check(training, "the training part")
    if let validation { try check.check(validation, "the validation part") }
    if let test { try check.check(test, "the test part") }
  }
}
