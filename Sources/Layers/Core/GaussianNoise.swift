import OneDNN
import Tensors

/// Gaussian noise: in training a normal draw is added to each input.
///
///     y = x + z,  z ~ N(0, σ²)         ∂x = ∂y
///
/// The draws are a function of (seed, step, sample, layer), so they do not depend on the rank. At the
/// input of a network this is augmentation, and for small σ much like a penalty on large derivatives:
/// Bishop, "Training with Noise is Equivalent to Tikhonov Regularization", 1995. Keras's
/// `GaussianNoise`.
public struct GaussianNoise: Layer {
  /// The standard deviation, σ.
  public var standardDeviation: Float

  /// A layer that adds noise of the given standard deviation.
  public init(standardDeviation: Float) { self.standardDeviation = standardDeviation }

  /// `gaussian_noise`
  public var kind: String { "gaussian_noise" }

  /// The shape of the input.
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    guard standardDeviation >= 0, standardDeviation.isFinite else {
      throw LayerError("the noise has the deviation \(standardDeviation); it must be at least 0")
    }
    return inputs[0]
  }

  /// A view in inference and without noise.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    if !site.isTraining || standardDeviation == 0 {
      return try PreparedView(to: site.inputs[0].layout, site: site)
    }
    return try PreparedGaussianNoise(standardDeviation, site: site)
  }
}

/// Gaussian noise in training, drawn in plain order: where the input lies in blocks, the noise is
/// brought there, so that padding stays zero.
final class PreparedGaussianNoise: PreparedLayer {
  let output: MemoryDescriptor
  private(set) var needs = BufferNeeds()
  private let standardDeviation: Float
  private let site: LayerSite
  private let width: Int
  private let bridge: LayoutBridge
  private var buffers: LayerBuffers?

  init(_ standardDeviation: Float, site: LayerSite) throws(OneDNNError) {
    self.standardDeviation = standardDeviation
    self.site = site
    output = site.inputs[0].layout
    width = site.inputs[0].shape.count
    bridge = try LayoutBridge(
      from: try output.plain(), to: output, copy: .far, engine: site.engine)
    needs.saved = output.storedCount
    needs.scratch = bridge.isDirect ? 0 : site.rows * width
  }

  func bind(_ buffers: LayerBuffers) throws(OneDNNError) {
    self.buffers = buffers
    try bridge.bind(from: buffers.scratch, to: buffers.saved)
  }

  func moveInput(_ index: Int, to address: UnsafeMutablePointer<Float>) {
    buffers?.inputs[index] = address
  }

  /// y = x + z
  func forward() {
    guard let buffers else { return }
    let place = bridge.isDirect ? buffers.saved : buffers.scratch
    for row in 0..<site.rows {
      var noise = UnsafeMutableBufferPointer(start: place + row * width, count: width).mutableSpan
      fillNormal(
        &noise, mean: 0, standardDeviation: standardDeviation, key: site.noiseKey(row: row))
    }
    bridge.run(site.stream)
    let (x, z, y, n) = (buffers.inputs[0], buffers.saved, buffers.output, output.storedCount)
    for i in 0..<n { y[i] = x[i] + z[i] }
  }

  /// ∂x = ∂y
  func backward() {
    guard let buffers, let from = buffers.outputGradient, let to = buffers.inputGradients[0] else {
      return
    }
    to.update(from: from, count: output.storedCount)
  }
}
