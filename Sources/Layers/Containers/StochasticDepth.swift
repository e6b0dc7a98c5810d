import OneDNN
import Tensors

/// Stochastic depth: in training a sample's whole input is set to 0 with probability p, else scaled by
/// 1/(1 − p). At the end of a residual block's branch it leaves out the block.
///
///     y = b x / (1 − p),  b ∈ {0, 1},  P(b = 0) = p        ∂x = b ∂y / (1 − p)
///
/// b is a function of (seed, step, sample, layer), so it does not depend on the rank. Huang et al., "Deep
/// Networks with Stochastic Depth", ECCV 2016, who scale in inference instead, and draw one b for a
/// minibatch; torchvision's `StochasticDepth` in mode `row`.
public struct StochasticDepth: Layer {
  /// The probability p of leaving a sample out, 0 ≤ p < 1.
  public var rate: Float

  /// A layer that leaves samples out with probability `rate`.
  public init(rate: Float) { self.rate = rate }

  /// `stochastic_depth`
  public var kind: String { "stochastic_depth" }

  /// The shape of the input.
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    guard rate >= 0, rate < 1 else {
      throw LayerError(
        "the probability of stochastic depth is \(rate); it must be at least 0 and below 1")
    }
    return inputs[0]
  }

  /// A view in inference and at rate 0.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    if !site.isTraining || rate == 0 {
      return try PreparedView(to: site.inputs[0].layout, site: site)
    }
    return PreparedStochasticDepth(rate: rate, site: site)
  }
}

/// Stochastic depth in training: one toss per row.
final class PreparedStochasticDepth: PreparedLayer {
  let output: MemoryDescriptor
  private(set) var needs = BufferNeeds()
  private let rate: Float
  private let site: LayerSite
  private let width: Int
  private var buffers: LayerBuffers?

  init(rate: Float, site: LayerSite) {
    self.rate = rate
    self.site = site
    output = site.inputs[0].layout
    width = output.storedCount / site.rows
    needs.saved = site.rows
  }

  func bind(_ buffers: LayerBuffers) { self.buffers = buffers }

  func moveInput(_ index: Int, to address: UnsafeMutablePointer<Float>) {
    buffers?.inputs[index] = address
  }

  func forward() {
    guard let buffers else { return }
    for row in 0..<site.rows {
      var toss = UnsafeMutableBufferPointer(start: buffers.saved + row, count: 1).mutableSpan
      fillDropoutMask(&toss, dropping: rate, key: site.noiseKey(row: row))
    }
    scale(buffers.inputs[0], buffers.saved, buffers.output)
  }

  func backward() {
    guard let buffers, let from = buffers.outputGradient, let to = buffers.inputGradients[0] else {
      return
    }
    scale(from, buffers.saved, to)
  }

  private func scale(
    _ x: UnsafePointer<Float>, _ factors: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<site.rows {
      let (factor, start) = (factors[row], row * width)
      for i in start..<start + width { y[i] = factor * x[i] }
    }
  }
}
