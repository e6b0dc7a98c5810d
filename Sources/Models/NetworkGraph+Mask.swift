import Layers
import Tensors

extension NetworkGraph {
  /// Checks that embeddings and masks read the network's own input, perhaps under another shape: what
  /// layers compute is no id, and padding is told by the data.
  func checkReadersOfInput() throws(NetworkError) {
    for node in nodes where node.layer is any MaskingLayer {
      var source = node.sources[0]
      while case .node(let index) = source {
        let layer = nodes[index].layer
        guard layer is Flatten || layer is Reshape || layer is InputSlice || layer is Masking
        else {
          let what = node.layer is Embedding ? "ids" : "padding"
          throw NetworkError(
            location: node.location, layer: node.name,
            reason:
              "\(node.layer.kind) reads \(what), but \(nodes[index].name) before it gives computed"
              + " numbers; put the \(node.layer.kind) first")
        }
        source = nodes[index].sources[0]
      }
    }
  }

  /// Tells every node whether its input and output have padded steps.
  ///
  /// - Throws: ``NetworkError`` where two layers mask, or one would take padding for data.
  mutating func spreadMask() throws(NetworkError) {
    guard let first = maskingNode else { return }
    for index in nodes.indices {
      let node = nodes[index]
      if let layer = node.layer as? any MaskingLayer, layer.padding != nil {
        guard index == first else {
          throw NetworkError(
            location: node.location, layer: node.name,
            reason: "\(nodes[first].name) masks already; one mask holds for the whole network")
        }
        nodes[index].isMasked = true
        continue
      }
      let isMasked = node.sources.contains { source in
        if case .node(let before) = source { nodes[before].isMasked } else { false }
      }
      // What stands behind the last layer only lays its output flat.
      guard isMasked, index <= lastWritten else { continue }
      guard node.layer.heedsMask else {
        throw NetworkError(
          location: node.location, layer: node.name,
          reason:
            "\(node.layer.kind) takes padded steps for data; put it behind a recurrent layer that gives"
            + " its last output alone, or leave the masking out")
      }
      // Numbers by themselves are ids: only what looks them up makes steps of them.
      guard node.layer is Embedding || node.inputShapes[0].rank == 2 else {
        throw NetworkError(
          location: node.location, layer: node.name,
          reason: "\(node.layer.kind) takes the padded numbers \(node.inputShapes[0]) for data; put"
            + " `reshape: [\(node.inputShapes[0].count), 1]` before \(nodes[first].name) and a recurrent layer"
            + " behind it, or, where they are ids, an embedding")
      }
      nodes[index].readsMask = true
      nodes[index].isMasked = node.shape.rank == 2
    }
  }

  /// Whether padding is told by the lengths of sequences, behind which stands NaN.
  public var masksByLength: Bool { mask?.padding.isNaN ?? false }

  /// The node that masks, if there is one.
  public var maskingNode: Int? {
    nodes.firstIndex { ($0.layer as? any MaskingLayer)?.padding != nil }
  }

  /// The steps of the sequence that is masked, the number that pads it, and the numbers of a sample that it
  /// is; nil where there is none.
  public var mask: (steps: Int, padding: Float, range: Range<Int>)? {
    guard let index = maskingNode, let layer = nodes[index].layer as? any MaskingLayer,
      let padding = layer.padding
    else { return nil }
    return (nodes[index].shape[0], padding, inputRange(of: index))
  }

  /// Whether steps of the output may be padding, so that they are not judged.
  public var isOutputMasked: Bool { !nodes.isEmpty && nodes[lastWritten].isMasked }
}
