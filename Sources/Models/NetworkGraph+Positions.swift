import Layers

extension NetworkGraph {
  /// The steps of the output where it is a sequence `[steps, features]` whose steps are judged one by
  /// one; 1 otherwise.
  ///
  /// What convolutions make is `[channels, length]`, a picture of one line, and no such sequence. Blocks are
  /// followed along all their branches; where there is padding, what has it is a sequence.
  public var positions: Int {
    guard !nodes.isEmpty, nodes[lastWritten].shape.rank == 2 else { return 1 }
    return isOutputMasked || isSequence(lastWritten) ? nodes[lastWritten].shape[0] : 1
  }

  /// Whether the output of node `index` is the steps of a sequence.
  private func isSequence(_ index: Int) -> Bool {
    let node = nodes[index]
    switch node.layer {
    case is Dense, is Embedding, is any RecurrentLayer, is Bidirectional, is PixelSequence:
      return true
    case let layer as LayerNormalization where layer.isPerStep: return true
    case let layer as Concatenate where layer.alongFeatures: return true
    case let layer as ActivationLayer where layer.activation == .softmax: return true
    default:
      return node.sources.contains { source in
        guard case .node(let before) = source, nodes[before].shape == node.shape else {
          return false
        }
        return isSequence(before)
      }
    }
  }

  /// Whether the output of node `index` is a line `[channels, length]`, as one-dimensional convolutions make.
  func isLine(_ index: Int) -> Bool {
    let node = nodes[index]
    if node.layer is Convolution1D || node.layer is Pooling1D { return true }
    guard node.shape.rank == 2, !isSequence(index) else { return false }
    return node.sources.contains { source in
      guard case .node(let before) = source, nodes[before].shape == node.shape else { return false }
      return isLine(before)
    }
  }
}
