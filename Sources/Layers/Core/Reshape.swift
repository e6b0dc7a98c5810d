import Tensors

/// Gives the elements of a sample, in plain order, another shape of the same count.
public struct Reshape: Layer {
  /// The new extents; one of them may be −1 and is then what remains.
  public var dimensions: [Int]

  /// A layer that reshapes to `dimensions`.
  public init(_ dimensions: [Int]) { self.dimensions = dimensions }

  /// `reshape`
  public var kind: String { "reshape" }

  /// The new shape.
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    let count = inputs[0].count
    let known = dimensions.filter { $0 != -1 }
    guard known.allSatisfy({ $0 > 0 }), dimensions.count - known.count <= 1,
      let rest = Shape(checking: known)
    else {
      throw LayerError("\(dimensions) is no shape; extents are at least 1, and one may be -1")
    }
    guard known.count == dimensions.count ? rest.count == count : count % rest.count == 0 else {
      throw LayerError(
        "\(inputs[0]) has \(count) elements, which \(dimensions) cannot hold; change the shape")
    }
    return Shape(dimensions.map { $0 == -1 ? count / rest.count : $0 })
  }
}
