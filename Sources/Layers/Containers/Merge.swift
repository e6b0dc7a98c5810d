import Tensors

/// Several inputs of one shape made one, element by element: where branches meet.
///
///     sum      y = Σ xₖ,          ∂xₖ = ∂y
///     mean     y = 1/K Σ xₖ,      ∂xₖ = ∂y / K
///     product  y = Π xₖ,          ∂xₖ = ∂y Π_{j≠k} xⱼ
public struct Merge: Layer, ReLUFusing {
  /// What is made of the inputs.
  public enum Method: String, Sendable, CaseIterable {
    /// Their sum.
    case sum
    /// Their mean.
    case mean
    /// Their product.
    case product
  }

  /// What is made of the inputs.
  public var method: Method
  package var fusesReLU = false

  /// A meeting of inputs by `method`.
  public init(_ method: Method = .sum) { self.method = method }

  /// `add`, `mean` or `multiply`
  public var kind: String {
    switch method {
    case .sum: "add"
    case .mean: "mean"
    case .product: "multiply"
    }
  }

  /// The shape that all inputs have.
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    if let other = inputs.firstIndex(where: { $0 != inputs[0] }) {
      throw LayerError(
        "branch 1 gives \(inputs[0]) but branch \(other + 1) gives \(inputs[other]); a"
          + " \(method.rawValue) needs one shape: change units, filters, strides or padding")
    }
    return inputs[0]
  }
}
