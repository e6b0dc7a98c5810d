import OneDNN
import Tensors

extension Dropout {
  /// A view in inference and at rate 0.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    if !site.isTraining || rate == 0 {
      return try PreparedView(to: site.inputs[0].layout, site: site)
    }
    return PreparedDropout(.coins(dropping: rate), site: site)
  }
}

/// Dropout in training: one mask per sample, drawn by its key, kept for the backward pass.
final class PreparedDropout: PreparedLayer {
  /// What the elements of a mask are.
  enum Mask {
    /// 0 with the given probability, else what keeps the mean.
    case coins(dropping: Float)
    /// Normal draws of mean 1 and the given deviation.
    case normal(Float)
    /// 0 with the given probability, else 1.
    case holes(Float)
  }

  let output: MemoryDescriptor
  private(set) var needs = BufferNeeds()
  private let mask: Mask
  private let site: LayerSite
  private let width: Int
  private var buffers: LayerBuffers?

  init(_ mask: Mask, site: LayerSite) {
    self.mask = mask
    self.site = site
    output = site.inputs[0].layout
    width = output.storedCount / site.rows
    needs.saved = output.storedCount
  }

  func bind(_ buffers: LayerBuffers) { self.buffers = buffers }

  func moveInput(_ index: Int, to address: UnsafeMutablePointer<Float>) {
    buffers?.inputs[index] = address
  }

  /// y = x ⊙ mask
  func forward() {
    guard let buffers else { return }
    for row in 0..<site.rows {
      var values = UnsafeMutableBufferPointer(start: buffers.saved + row * width, count: width)
        .mutableSpan
      let key = site.noiseKey(row: row)
      switch mask {
      case .coins(let rate): fillDropoutMask(&values, dropping: rate, key: key)
      case .normal(let deviation):
        fillNormal(&values, mean: 1, standardDeviation: deviation, key: key)
      case .holes(let rate):
        fillDropoutMask(&values, dropping: rate, key: key)
        for i in 0..<values.count { values[i] = values[i] > 0 ? 1 : 0 }
      }
    }
    multiply(buffers.inputs[0], buffers.saved, buffers.output)
  }

  /// ∂x = ∂y ⊙ mask
  func backward() {
    guard let buffers, let from = buffers.outputGradient, let to = buffers.inputGradients[0] else {
      return
    }
    multiply(from, buffers.saved, to)
  }

  private func multiply(
    _ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>,
    _ product: UnsafeMutablePointer<Float>
  ) {
    let n = width * site.rows
    for i in 0..<n { product[i] = a[i] * b[i] }
  }
}

extension LayerSite {
  /// The key of the random numbers of one row: a function of (seed, layer, step, sample).
  func noiseKey(row: Int) -> RandomKey {
    pass.dropoutKey.derive(UInt64(index)).derive(pass.step).derive(UInt64(pass.samples[row]))
  }
}
