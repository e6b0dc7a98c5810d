import Datasets
import Models

/// Whether the inputs of a network that begins with an embedding are ids that it knows.
public struct IdCheck {
  private let ids: [(range: Range<Int>, vocabulary: Int)]
  /// Whether NaN stands behind the end of sequences.
  private let endsEarly: Bool

  /// The check for `graph`; nil where the network reads numbers of any kind.
  public init?(_ graph: NetworkGraph) {
    ids = graph.ids
    endsEarly = graph.masksByLength
    if ids.isEmpty { return nil }
  }

  /// Reads all inputs of `data`, which messages call `name`, as the network would get them.
  ///
  /// - Throws: `DatasetError` naming the first sample with a number that is no id.
  public func check(_ data: any GatheringDataset, _ name: String) throws(DatasetError) {
    if let flaw = try flaw(in: data, from: 0) { throw flaw.error(name) }
  }

  /// The first sample of `data` from `start` on with a number that is no id.
  func flaw(
    in data: any GatheringDataset, from start: Int
  ) throws(DatasetError) -> SampleFlaw? {
    try data.firstFlaw(from: start) { sample, inputs in
      for (range, vocabulary) in ids {
        for i in range {
          let id = inputs[i]
          if id.isNaN, endsEarly { continue }
          guard id >= 0, id < Double(vocabulary), id == id.rounded() else {
            return SampleFlaw(
              sample: sample,
              text: "has the id \(id) at position \(i - range.lowerBound); the"
                + " embedding knows whole numbers from 0 to \(vocabulary - 1); repair the data, or set"
                + " its vocabulary to the number of ids")
          }
        }
      }
      return nil
    }
  }
}

extension RunData {
  /// Checks that all parts hold ids that `graph` knows, where it reads ids.
  func checkIds(for graph: NetworkGraph) throws(DatasetError) {
    guard let check = IdCheck(graph) else { return }
    try checkAll(check.check)
  }
}
