import Tensors

/// Transposed two-dimensional convolution: what takes the gradient of a convolution back to its input,
/// used forward, to make images larger.
///
///     y[o, s·i + d·u − p, s·j + d·v − p] += W[c, o, u, v] · x[c, i, j],   then y = f(y + b[o])
///
/// x is `[channels, height, width]`, W `[in, out, kernel height, kernel width]` as in PyTorch's
/// `ConvTranspose2d`. The output is (n − 1) s + d (k − 1) + 1 long, less the padding; `same` makes it s·n.
/// Dumoulin and Visin, "A Guide to Convolution Arithmetic for Deep Learning", 2016, chapter 4.
public struct TransposedConvolution2D: Layer {
  /// The number of output channels.
  public var filters: Int
  /// The extent of the kernel.
  public var kernel: Extent2D
  /// The step between the places at which kernels are laid down.
  public var stride: Extent2D
  /// What is cut off around the result.
  public var padding: Padding
  /// The distance between the kernel's taps.
  public var dilation: Extent2D
  /// The function f.
  public var activation: Activation
  /// Whether b is there.
  public var usesBias: Bool
  /// How W is drawn.
  public var initializer: any Initializer
  /// How b is drawn.
  public var biasInitializer: any Initializer
  /// The layer's own L1 penalty on W.
  public var l1: Float?
  /// The layer's own L2 penalty on W.
  public var l2: Float?

  /// A transposed convolution of the given settings.
  public init(
    filters: Int, kernel: Extent2D, stride: Extent2D = Extent2D(1, 1), padding: Padding = .valid,
    dilation: Extent2D = Extent2D(1, 1), activation: Activation = .linear, usesBias: Bool = true,
    initializer: any Initializer, biasInitializer: any Initializer
  ) {
    self.filters = filters
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.activation = activation
    self.usesBias = usesBias
    self.initializer = initializer
    self.biasInitializer = biasInitializer
  }

  /// `conv_transpose`
  public var kind: String { "conv_transpose" }

  /// The convolution whose input is this layer's output.
  var window: Window2D {
    Window2D(size: kernel, stride: stride, padding: padding, dilation: dilation)
  }

  /// `[filters, output height, output width]`
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    let input = inputs[0]
    guard input.rank == 3 else {
      throw LayerError(
        "an image [channels, height, width] is needed but the input is \(input); put `reshape`"
          + " before it")
    }
    guard filters > 0 else { throw LayerError("filters is \(filters); it must be at least 1") }
    var sides = (vertical: 0, horizontal: 0)
    if case .explicit(let top, let left, let bottom, let right) = padding {
      sides = (top + bottom, left + right)
    }
    func extent(_ n: Int, _ size: Int, _ stride: Int, _ dilation: Int, _ cut: Int) -> Int {
      padding == .same ? n * stride : (n - 1) * stride + dilation * (size - 1) + 1 - cut
    }
    let output = Shape(
      checking: [
        filters,
        max(0, extent(input[1], kernel.height, stride.height, dilation.height, sides.vertical)),
        max(0, extent(input[2], kernel.width, stride.width, dilation.width, sides.horizontal)),
      ])
    guard let output, output.count > 0 else {
      throw LayerError("the padding cuts off all of what \(input) becomes; use less")
    }
    // The way back must lead to the input again.
    let back = try window.placement(on: output).output
    guard back.height == input[1], back.width == input[2] else {
      throw LayerError(
        "no transposed convolution of stride \(stride.height)×\(stride.width) leads from \(input) to"
          + " \(output); use a stride that is not larger than the kernel")
    }
    return output
  }

  /// `weight` [in, out, kh, kw] and `bias` [out].
  public func parameters(for inputs: [Shape]) -> [ParameterSpec] {
    let channels = inputs[0][0]
    let taps = kernel.height * kernel.width
    let fans = Fans(in: channels * taps, out: filters * taps)
    let weight = ParameterSpec(
      name: "weight", role: .weight, shape: [channels, filters, kernel.height, kernel.width],
      fans: fans, initializer: initializer, l1: l1, l2: l2)
    let bias = ParameterSpec(
      name: "bias", role: .bias, shape: [filters], fans: fans, initializer: biasInitializer)
    return usesBias ? [weight, bias] : [weight]
  }

  /// Input positions × in × taps × out.
  public func multiplyAdds(for inputs: [Shape]) -> Int {
    inputs[0].count * kernel.height * kernel.width * filters
  }
}
