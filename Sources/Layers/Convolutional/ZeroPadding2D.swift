import OneDNN
import Tensors

/// Lays rows and columns of zeros around an image. Keras's `ZeroPadding2D`, PyTorch's `ZeroPad2d`.
public struct ZeroPadding2D: Layer {
  /// The zeros on each side.
  public var padding: Padding

  /// A layer that adds `padding`, given for each side.
  public init(_ padding: Padding) { self.padding = padding }

  /// `zero_padding`
  public var kind: String { "zero_padding" }

  /// `[channels, top + height + bottom, left + width + right]`
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    guard inputs[0].rank == 3 else {
      throw LayerError("an image [channels, height, width] is needed but the input is \(inputs[0])")
    }
    guard case .explicit(let top, let left, let bottom, let right) = padding else {
      throw LayerError("the zeros must be counted: an integer, or so many on each side")
    }
    guard min(top, left, bottom, right) >= 0,
      let shape = Shape(
        checking: [inputs[0][0], inputs[0][1] + top + bottom, inputs[0][2] + left + right])
    else { throw LayerError("padding must not be negative, nor too large") }
    return shape
  }

  /// Copies positions.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    let from = site.inputs[0].shape
    guard let to = try? outputShape(for: [from]), case .explicit(let top, let left, _, _) = padding
    else { throw OneDNNError(invalid: "zero padding of \(from)") }
    return try PreparedPositions(
      positions(to[1], to[2]) { i, j in
        let (y, x) = (i - top, j - left)
        return y < 0 || x < 0 || y >= from[1] || x >= from[2] ? -1 : y * from[2] + x
      }, output: to, site: site)
  }
}
