import OneDNN
import Tensors

/// Repeats the rows and columns of an image: the nearest neighbour's value.
///
///     y[c, i, j] = x[c, ⌊i/s⌋, ⌊j/t⌋]
///
/// Keras's `UpSampling2D`, PyTorch's `Upsample(mode="nearest")`.
public struct UpSampling2D: Layer {
  /// How often each row and column appears.
  public var size: Extent2D

  /// A layer that repeats rows and columns `size` times.
  public init(_ size: Extent2D) { self.size = size }

  /// `upsampling`
  public var kind: String { "upsampling" }

  /// `[channels, s·height, t·width]`
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    guard inputs[0].rank == 3 else {
      throw LayerError("an image [channels, height, width] is needed but the input is \(inputs[0])")
    }
    let (height, width) = (
      inputs[0][1].multipliedReportingOverflow(by: size.height),
      inputs[0][2].multipliedReportingOverflow(by: size.width)
    )
    guard size.height > 0, size.width > 0, !height.overflow, !width.overflow,
      let shape = Shape(checking: [inputs[0][0], height.partialValue, width.partialValue])
    else {
      throw LayerError("\(size.height)×\(size.width) times \(inputs[0]) is no size of an image")
    }
    return shape
  }

  /// Copies positions.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    let from = site.inputs[0].shape
    guard let to = try? outputShape(for: [from]) else {
      throw OneDNNError(invalid: "upsampling of \(from)")
    }
    return try PreparedPositions(
      positions(to[1], to[2]) { i, j in (i / size.height) * from[2] + j / size.width },
      output: to, site: site)
  }
}
