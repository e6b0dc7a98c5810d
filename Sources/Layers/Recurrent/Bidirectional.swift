import OneDNN
import Tensors

/// A recurrent layer and a second one of its kind that reads the sequence from its end.
///
///     y_t = [h_t; h′_t],  h_t + h′_t,  (h_t + h′_t) / 2  or  h_t ⊙ h′_t
///
/// Without sequences h is the state at the last step, h′ that at the first. Parameters of the second
/// end in `_reverse`: PyTorch's names. Schuster and Paliwal, "Bidirectional Recurrent Neural Networks",
/// 1997; Keras's `Bidirectional`.
public struct Bidirectional: Layer {
  /// What becomes of both outputs.
  public enum Merge: String, Sendable, CaseIterable {
    /// One after the other.
    case concatenate
    /// Their sum.
    case sum
    /// Their mean.
    case mean
    /// Their product.
    case product
  }

  /// The layer for either direction.
  public var layer: any RecurrentLayer
  /// What becomes of both outputs.
  public var merge: Merge

  /// `layer` in both directions.
  public init(_ layer: any RecurrentLayer, merge: Merge = .concatenate) {
    self.layer = layer
    self.merge = merge
  }

  /// `bidirectional`
  public var kind: String { "bidirectional" }

  /// The layer's shape; twice as wide where both outputs are kept.
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    let single = try layer.outputShape(for: inputs)
    guard merge == .concatenate, let units = single.dimensions.last else { return single }
    return Shape(Array(single.dimensions.dropLast()) + [2 * units])
  }

  /// Those of the layer, then those of its reverse.
  public func parameters(for inputs: [Shape]) -> [ParameterSpec] {
    let features = inputs[0][1]
    return layer.parameters(features: features, suffix: "")
      + layer.parameters(features: features, suffix: "_reverse")
  }

  /// Twice those of the layer.
  public func multiplyAdds(for inputs: [Shape]) -> Int { 2 * layer.multiplyAdds(for: inputs) }

  /// Compiles both directions.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    try PreparedRecurrent([layer, layer], merge: merge, site: site)
  }
}
