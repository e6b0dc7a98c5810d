import OneDNN
import Tensors

/// One-dimensional convolution of a sequence `[channels, length]`.
///
///     y[o, i] = f(b[o] + Σ_{c,u} W[o, c, u] · x[c, s·i + d·u − p])
///
/// W is `[out, in/groups, kernel]`. A sequence is an image of one line, so this is the two-dimensional
/// convolution of that line.
public struct Convolution1D: Layer {
  /// The convolution of the line.
  public var convolution: Convolution2D

  /// A convolution of the settings of `convolution`, whose windows are one line high.
  public init(_ convolution: Convolution2D) { self.convolution = convolution }

  /// `conv`
  public var kind: String { "conv" }

  /// `[filters, output length]`
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    try Line.shape(of: convolution, inputs, size: convolution.kernel.width)
  }

  /// `weight` [out, in/groups, k] and `bias` [out].
  public func parameters(for inputs: [Shape]) -> [ParameterSpec] {
    convolution.parameters(for: inputs.map(\.asImage)).map { spec in
      guard spec.shape.rank == 4 else { return spec }
      var line = spec
      line.shape = [spec.shape[0], spec.shape[1], spec.shape[3]]
      return line
    }
  }

  /// Output positions × in/groups × taps × out.
  public func multiplyAdds(for inputs: [Shape]) -> Int {
    convolution.multiplyAdds(for: inputs.map(\.asImage))
  }

  /// The convolution's.
  public func preferredLayouts(at site: LayerSite) throws(OneDNNError) -> [MemoryDescriptor] {
    try convolution.preferredLayouts(at: site.asImage)
  }

  /// Compiles the convolution of the line.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    try convolution.prepare(at: site.asImage)
  }
}

/// Pooling over windows of each channel of a sequence `[channels, length]`.
public struct Pooling1D: Layer {
  /// The pooling of the line.
  public var pooling: Pooling2D

  /// Pooling of the settings of `pooling`, whose windows are one line high.
  public init(_ pooling: Pooling2D) { self.pooling = pooling }

  /// `max_pool` or `average_pool`
  public var kind: String { pooling.kind }

  /// `[channels, output length]`
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    try Line.shape(of: pooling, inputs, size: pooling.size.width)
  }

  /// Compiles the pooling of the line.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    try pooling.prepare(at: site.asImage)
  }
}

/// The mean of each channel over the whole sequence `[channels, length]`.
public struct GlobalAveragePooling1D: Layer {
  /// A global average pooling layer.
  public init() {}

  /// `global_average_pool`
  public var kind: String { "global_average_pool" }

  /// `[channels]`
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    [try Line.checked(inputs[0])[0]]
  }

  /// Compiles the pooling of the line.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    try GlobalAveragePooling2D().prepare(at: site.asImage)
  }
}

/// What layers over sequences have in common.
private enum Line {
  /// `input`, if it is a sequence.
  static func checked(_ input: Shape) throws(LayerError) -> Shape {
    guard input.rank == 2 else {
      throw LayerError(
        "a sequence [channels, length] is needed but the input is \(input); put `reshape` before it"
      )
    }
    return input
  }

  /// The sequence that `layer`, whose window takes `size` elements, makes of one.
  static func shape(
    of layer: any Layer, _ inputs: [Shape], size: Int
  ) throws(LayerError) -> Shape {
    let input = try checked(inputs[0])
    do {
      let image = try layer.outputShape(for: [input.asImage])
      return [image[0], image[2]]
    } catch {
      guard error.description.hasPrefix("the window") else { throw error }
      throw LayerError(
        "the window of \(size) is larger than its input \(input); use a smaller one or"
          + " `padding: same`")
    }
  }
}

extension LayerSite {
  /// The same site with inputs seen as images of one line, as which sequences lie.
  var asImage: LayerSite {
    var site = self
    for index in site.inputs.indices { site.inputs[index].shape = site.inputs[index].shape.asImage }
    return site
  }
}
