import OneDNN
import Tensors

/// Convolution of every channel by kernels of its own.
///
///     y[m·c + k, i, j] = f(b[m·c + k] + Σ_{u,v} W[m·c + k, 0, u, v] · x[c, s·i + d·u − p, s·j + d·v − p])
///
/// m is the multiplier, W `[m·channels, 1, kernel height, kernel width]`: PyTorch's `Conv2d` with as many
/// groups as channels, Keras's `DepthwiseConv2D`.
public struct DepthwiseConvolution2D: Layer {
  /// The convolution but for its filters and groups, which the input's channels decide.
  public var convolution: Convolution2D
  /// The kernels of a channel, m.
  public var multiplier: Int

  /// A depthwise convolution with `multiplier` kernels a channel and the settings of `convolution`.
  public init(_ convolution: Convolution2D, multiplier: Int = 1) {
    self.convolution = convolution
    self.multiplier = multiplier
  }

  /// `depthwise_conv`
  public var kind: String { "depthwise_conv" }

  /// The convolution of an image of the given channels.
  private func settled(_ inputs: [Shape]) -> Convolution2D {
    var settled = convolution
    settled.groups = inputs[0].rank == 3 ? inputs[0][0] : 1
    settled.filters = settled.groups * multiplier
    return settled
  }

  /// `[m·channels, output height, output width]`
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    try settled(inputs).outputShape(for: inputs)
  }

  /// `weight` [m·channels, 1, kh, kw] and `bias` [m·channels].
  public func parameters(for inputs: [Shape]) -> [ParameterSpec] {
    settled(inputs).parameters(for: inputs)
  }

  /// Output positions × taps × m·channels.
  public func multiplyAdds(for inputs: [Shape]) -> Int {
    settled(inputs).multiplyAdds(for: inputs)
  }

  /// The convolution's.
  public func preferredLayouts(at site: LayerSite) throws(OneDNNError) -> [MemoryDescriptor] {
    try settled(site.inputs.map(\.shape)).preferredLayouts(at: site)
  }

  /// Compiles the convolution.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    try settled(site.inputs.map(\.shape)).prepare(at: site)
  }
}
