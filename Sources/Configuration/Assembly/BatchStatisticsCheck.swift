import Layers
import Models

/// Whether the shards of a run are large enough for batch normalization.
enum BatchStatisticsCheck {
  /// Below so many values per channel a caution is given.
  private static let enough = 16

  /// The first layer that never sees more than one value per channel can't learn.
  static func requireSeveral(_ graph: NetworkGraph, rows: [Int]) throws(NetworkError) {
    for (node, positions) in layers(graph) where (rows.max() ?? 0) * positions <= 1 {
      throw NetworkError(
        location: node.location, layer: node.name,
        reason:
          "batch normalization of one sample has no variance: every shard of a minibatch holds"
          + " one sample, and the input is \(node.shape); use a larger training.batch, fewer"
          + " training.shards, or layer_normalization")
    }
  }

  /// Where statistics are poor, or not measured at all.
  static func cautions(_ graph: NetworkGraph, rows: [Int]) -> [String] {
    var cautions: [String] = []
    for (node, positions) in layers(graph) {
      let counts = rows.map { $0 * positions }
      if let few = counts.filter({ $0 > 1 && $0 < enough }).min() {
        cautions.append(
          "\(node.name) takes its statistics over \(few) values in some shards, which is little; use a"
            + " larger training.batch or fewer training.shards")
      }
      if counts.contains(1) {
        cautions.append(
          "\(node.name) has shards of a single sample, which are normalized by the running statistics"
        )
      }
    }
    return cautions
  }

  /// The batch normalizations, and how many values per channel each finds in a sample.
  private static func layers(
    _ graph: NetworkGraph
  ) -> [(node: NetworkGraph.Node, positions: Int)] {
    graph.nodes.compactMap { node in
      guard node.layer is BatchNormalization else { return nil }
      return (node, node.shape.count / max(node.shape[0], 1))
    }
  }
}
