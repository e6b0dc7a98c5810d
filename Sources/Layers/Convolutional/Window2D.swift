import Tensors

/// A window that slides over an image: the shape rule that convolution and pooling share.
///
///     effective = dilation·(size − 1) + 1
///     output    = ⌊(input + before + after − effective) / stride⌋ + 1
struct Window2D: Hashable, Sendable {
  var size: Extent2D
  var stride: Extent2D
  var padding: Padding
  var dilation = Extent2D(1, 1)

  /// What the window makes of an image: padding before and after, and the output's extent.
  struct Placement: Hashable {
    var before: Extent2D
    var after: Extent2D
    var output: Extent2D
  }

  /// The placement over an image of `input`, a `[channels, height, width]` shape.
  func placement(on input: Shape) throws(LayerError) -> Placement {
    guard input.rank == 3 else {
      throw LayerError(
        "an image [channels, height, width] is needed but the input is \(input);"
          + " put `reshape` before it")
    }
    guard size.height > 0, size.width > 0, stride.height > 0, stride.width > 0,
      dilation.height > 0, dilation.width > 0
    else { throw LayerError("kernel, stride and dilation must be at least 1") }
    let vertical = try Window2D.place(
      input[1], size.height, stride.height, dilation.height, padding, vertical: true)
    let horizontal = try Window2D.place(
      input[2], size.width, stride.width, dilation.width, padding, vertical: false)
    guard vertical.output > 0, horizontal.output > 0 else {
      throw LayerError(
        "the window \(size.height)×\(size.width) is larger than its input \(input);"
          + " use a smaller one or `padding: same`")
    }
    return Placement(
      before: Extent2D(vertical.before, horizontal.before),
      after: Extent2D(vertical.after, horizontal.after),
      output: Extent2D(vertical.output, horizontal.output))
  }

  private static func place(
    _ input: Int, _ size: Int, _ stride: Int, _ dilation: Int, _ padding: Padding, vertical: Bool
  ) throws(LayerError) -> (before: Int, after: Int, output: Int) {
    let effective = dilation * (size - 1) + 1
    var before = 0
    var after = 0
    switch padding {
    case .valid: break
    case .same:
      let output = (input + stride - 1) / stride
      let total = max(0, (output - 1) * stride + effective - input)
      before = total / 2
      after = total - before
    case .explicit(let top, let left, let bottom, let right):
      before = vertical ? top : left
      after = vertical ? bottom : right
    }
    guard before >= 0, after >= 0 else { throw LayerError("padding must not be negative") }
    guard before < effective, after < effective else {
      throw LayerError("padding of \(max(before, after)) holds a whole window of \(effective)")
    }
    let room = input + before + after - effective
    return (before, after, room < 0 ? 0 : room / stride + 1)
  }
}
