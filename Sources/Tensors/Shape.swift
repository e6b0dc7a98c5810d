/// The extents of a tensor, outermost first, such as `[channels, height, width]`.
///
/// Rows are stored one after the other ("C order"): the last dimension is contiguous. The shape of a
/// sample does not include the minibatch.
public struct Shape: Hashable, Sendable {
  /// The extent of each dimension; none is negative.
  public let dimensions: [Int]

  /// The number of elements: the product of all dimensions, 1 for a scalar; `Int.max` where the
  /// product is larger than that.
  public let count: Int

  /// A shape of the given extents.
  ///
  /// - Precondition: no extent is negative. Shapes that come from files go through
  ///   ``init(checking:)``; a network refuses layers whose shapes are too large.
  public init(_ dimensions: [Int]) {
    precondition(dimensions.allSatisfy { $0 >= 0 }, "the shape \(dimensions) is negative")
    self.dimensions = dimensions
    count =
      Shape(checking: dimensions)?.count ?? (dimensions.contains(0) ? 0 : .max)
  }

  /// A shape of the given extents, or nil where one is negative or their product overflows.
  public init?(checking dimensions: [Int]) {
    var count = 1
    for extent in dimensions {
      guard extent >= 0 else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow else { return nil }
      count = product
    }
    self.dimensions = dimensions
    self.count = count
  }

  /// The number of dimensions.
  public var rank: Int { dimensions.count }

  /// The extent of one dimension.
  public subscript(_ index: Int) -> Int { dimensions[index] }
}

extension Shape: ExpressibleByArrayLiteral {
  /// A shape written as a list of extents.
  public init(arrayLiteral elements: Int...) { self.init(elements) }
}

extension Shape: CustomStringConvertible {
  /// The extents joined by the multiplication sign, such as `3×32×32`.
  public var description: String {
    dimensions.isEmpty ? "scalar" : dimensions.map(String.init).joined(separator: "×")
  }
}
