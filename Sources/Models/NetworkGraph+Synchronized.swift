import Layers

extension NetworkGraph {
  /// The nodes whose passes wait for sums over the global minibatch, in the order of computation.
  public var synchronizedNodes: [Int] {
    nodes.indices.filter { (nodes[$0].layer as? BatchNormalization)?.isSynchronized == true }
  }

  /// Whether the pieces of a minibatch have to be computed side by side, layer by layer.
  public var isSynchronized: Bool { !synchronizedNodes.isEmpty }

  /// The numbers that the node at `index`, one of ``synchronizedNodes``, has summed at a time.
  func sumCount(of index: Int) -> Int { 2 * nodes[index].shape[0] }
}
