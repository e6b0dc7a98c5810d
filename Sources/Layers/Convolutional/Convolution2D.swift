import Tensors

/// Two-dimensional convolution (cross-correlation, as every library has it).
///
///     y[o, i, j] = f(b[o] + Σ_{c,u,v} W[o, c, u, v] · x[c, s·i + d·u − p, s·j + d·v − p])
///
/// x is `[channels, height, width]`, W `[out, in/groups, kernel height, kernel width]`, b `[out]`.
public struct Convolution2D: Layer, ActivityPenalized {
  /// The number of output channels.
  public var filters: Int
  /// The extent of the kernel.
  public var kernel: Extent2D
  /// The step of the window.
  public var stride: Extent2D
  /// What is laid around the image.
  public var padding: Padding
  /// The distance between the kernel's taps.
  public var dilation: Extent2D
  /// Into how many independent groups the channels are cut.
  public var groups: Int
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
  /// Where W must lie after every update.
  public var constraint: (any Constraint)?
  /// Where b must lie after every update.
  public var biasConstraint: (any Constraint)?
  /// The penalty on the layer's outputs.
  public var activityRegularizer: ActivityPenalty?

  /// A convolution of the given settings.
  public init(
    filters: Int, kernel: Extent2D, stride: Extent2D = Extent2D(1, 1), padding: Padding = .valid,
    dilation: Extent2D = Extent2D(1, 1), groups: Int = 1, activation: Activation = .linear,
    usesBias: Bool = true, initializer: any Initializer, biasInitializer: any Initializer,
    l1: Float? = nil, l2: Float? = nil
  ) {
    self.filters = filters
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
    self.activation = activation
    self.usesBias = usesBias
    self.initializer = initializer
    self.biasInitializer = biasInitializer
    self.l1 = l1
    self.l2 = l2
  }

  /// `conv`
  public var kind: String { "conv" }

  var window: Window2D {
    Window2D(size: kernel, stride: stride, padding: padding, dilation: dilation)
  }

  /// `[filters, output height, output width]`
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    guard filters > 0 else { throw LayerError("filters is \(filters); it must be at least 1") }
    let output = try window.placement(on: inputs[0]).output
    let channels = inputs[0][0]
    guard groups > 0, channels % groups == 0, filters % groups == 0 else {
      throw LayerError(
        "\(groups) groups divide neither or only one of \(channels) input channels and"
          + " \(filters) filters; choose a divisor of both")
    }
    return [filters, output.height, output.width]
  }

  /// `weight` [out, in/groups, kh, kw] and `bias` [out].
  public func parameters(for inputs: [Shape]) -> [ParameterSpec] {
    let channels = inputs[0][0] / groups
    let taps = kernel.height * kernel.width
    let fans = Fans(in: channels * taps, out: filters * taps / groups)
    let weight = ParameterSpec(
      name: "weight", role: .weight, shape: [filters, channels, kernel.height, kernel.width],
      fans: fans, initializer: initializer, l1: l1, l2: l2, constraint: constraint)
    let bias = ParameterSpec(
      name: "bias", role: .bias, shape: [filters], fans: fans, initializer: biasInitializer,
      constraint: biasConstraint)
    return usesBias ? [weight, bias] : [weight]
  }

  /// Output positions × in/groups × taps × out.
  public func multiplyAdds(for inputs: [Shape]) -> Int {
    guard let output = try? outputShape(for: inputs) else { return 0 }
    return output.count * inputs[0][0] / groups * kernel.height * kernel.width
  }
}
