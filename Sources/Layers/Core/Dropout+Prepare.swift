import OneDNN
import Tensors

extension Dropout {
  /// A view in inference and at rate 0.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    if !site.isTraining || rate == 0 {
      return try PreparedView(to: site.inputs[0].layout, site: site)
    }
    return PreparedDropout(rate: rate, site: site)
  }
}

/// Dropout in training: one mask per sample, drawn by its key, kept for the backward pass.
final class PreparedDropout: PreparedLayer {
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
    needs.saved = output.storedCount
  }

  func bind(_ buffers: LayerBuffers) { self.buffers = buffers }

  func moveInput(_ index: Int, to address: UnsafeMutablePointer<Float>) {
    buffers?.inputs[index] = address
  }

  /// y = x ⊙ mask
  func forward() {
    guard let buffers else { return }
    let pass = site.pass
    let key = pass.dropoutKey.derive(UInt64(site.index)).derive(pass.step)
    for row in 0..<site.rows {
      var mask = UnsafeMutableBufferPointer(start: buffers.saved + row * width, count: width)
        .mutableSpan
      fillDropoutMask(&mask, dropping: rate, key: key.derive(UInt64(pass.samples[row])))
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
