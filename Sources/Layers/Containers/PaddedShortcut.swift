import OneDNN
import Tensors

/// A shortcut without parameters to an output of another shape: every s-th position, and zeros for the
/// channels that the input lacks.
///
///     y[c, i, j] = x[c, s·i, t·j] for c < C, else 0
///
/// Option A of He et al., "Deep Residual Learning for Image Recognition", 2015, section 4.2.
public struct PaddedShortcut: Layer {
  /// The shape to reach.
  public var target: Shape

  /// A shortcut to `target`.
  public init(to target: Shape) { self.target = target }

  /// `padded_shortcut`
  public var kind: String { "padded_shortcut" }

  /// The target, where it can be reached.
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    let (from, to) = (inputs[0].asImage, target.asImage)
    let steps = steps(from)
    guard inputs[0].rank == target.rank, from[0] <= to[0],
      zip(steps, zip(from.dimensions, to.dimensions).dropFirst()).allSatisfy({ step, extents in
        extents.1 > 0 && (extents.0 + step - 1) / step == extents.1
      })
    else {
      throw LayerError("no padded shortcut leads from \(inputs[0]) to \(target); use a projection")
    }
    return target
  }

  /// The steps down and across an image of the given shape.
  private func steps(_ from: Shape) -> [Int] {
    zip(from.dimensions, target.asImage.dimensions).dropFirst().map { from, to in
      max(1, (from + to - 1) / max(to, 1))
    }
  }

  /// Copies positions.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    let (from, to) = (site.inputs[0].shape.asImage, target.asImage)
    guard from.rank == 3 else {
      return try PreparedPositions([0], output: target, site: site)
    }
    let steps = steps(from)
    return try PreparedPositions(
      positions(to[1], to[2]) { i, j in (i * steps[0]) * from[2] + j * steps[1] },
      output: target, site: site)
  }
}

/// The positions of an image of `height` × `width`, each with the position of the input that it shows;
/// −1 for none.
func positions(_ height: Int, _ width: Int, _ source: (Int, Int) -> Int) -> [Int] {
  (0..<height).flatMap { i in (0..<width).map { j in source(i, j) } }
}
