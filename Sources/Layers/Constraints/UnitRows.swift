import Tensors

/// What constraints on norms share: the weights of one unit are one vector.
///
/// That is a row of dense weights `[out, in]`, a filter of convolution weights `[out, in/g, kh, kw]`,
/// and a bias as a whole. Keras's `axis`, 0 for dense layers and [0, 1, 2] for convolutions, says the
/// same in its order of dimensions.
enum UnitRows {
  /// The number of vectors in a parameter of `shape`, and the length of each.
  static func extent(_ shape: Shape) -> (rows: Int, width: Int) {
    guard shape.rank > 1 else { return (1, shape.count) }
    return (shape[0], shape[0] == 0 ? 0 : shape.count / shape[0])
  }

  /// The Euclidean norm of `row`.
  static func norm(_ row: Span<Float>) -> Double { squaredNorm(row).squareRoot() }
}
