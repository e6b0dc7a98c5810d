import Layers
import Models

/// Whether the shards of a run, or its minibatches where they are synchronized, are large enough for batch
/// normalization.
enum BatchStatisticsCheck {
  /// Below so many values per channel a caution is given.
  private static let enough = 16

  /// The first layer that never sees more than one value per channel can't learn.
  ///
  /// - Parameters:
  ///   - rows: the samples that are computed at once.
  ///   - batches: the samples of minibatches.
  static func requireSeveral(
    _ graph: NetworkGraph, rows: [Int], batches: [Int]
  ) throws(NetworkError) {
    for layer in layers(graph, rows, batches)
    where (layer.rows.max() ?? 0) * layer.positions <= 1 {
      let (whose, remedy) =
        layer.isSynchronized
        ? ("every minibatch", "use a larger training.batch")
        : ("every shard of a minibatch", "use a larger training.batch, fewer training.shards")
      throw NetworkError(
        location: layer.node.location, layer: layer.node.name,
        reason:
          "batch normalization of one sample has no variance: \(whose) holds"
          + " one sample, and the input is \(layer.node.shape); \(remedy), or layer_normalization")
    }
  }

  /// Where statistics are poor, or not measured at all.
  static func cautions(_ graph: NetworkGraph, rows: [Int], batches: [Int]) -> [String] {
    var cautions: [String] = []
    for layer in layers(graph, rows, batches) {
      let (name, counts) = (layer.node.name, layer.rows.map { $0 * layer.positions })
      let (parts, remedy) =
        layer.isSynchronized
        ? ("minibatches", "a larger training.batch")
        : ("shards", "a larger training.batch or fewer training.shards")
      if let few = counts.filter({ $0 > 1 && $0 < enough }).min() {
        cautions.append(
          "\(name) takes its statistics over \(few) values in some \(parts), which is little; use"
            + " \(remedy)")
      }
      if counts.contains(1) {
        cautions.append(
          "\(name) has \(parts) of a single sample, which are normalized by the running statistics")
      }
    }
    return cautions
  }

  /// A batch normalization, how many samples it sees, and how many values per channel in one.
  private struct Layer {
    var node: NetworkGraph.Node
    var rows: [Int]
    var positions: Int
    var isSynchronized: Bool
  }

  private static func layers(_ graph: NetworkGraph, _ rows: [Int], _ batches: [Int]) -> [Layer] {
    graph.nodes.compactMap { node in
      guard let layer = node.layer as? BatchNormalization else { return nil }
      return Layer(
        node: node, rows: layer.isSynchronized ? batches : rows,
        positions: node.shape.count / max(node.shape[0], 1), isSynchronized: layer.isSynchronized)
    }
  }
}
