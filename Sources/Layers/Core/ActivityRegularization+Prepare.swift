import OneDNN
import Tensors

extension ActivityRegularization {
  /// One copy forward that also sums up the penalty, one fused pass backward.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    PreparedActivityRegularization(penalty, site: site)
  }
}

/// The penalty on activities; elements may lie in any order, padding is zero and costs nothing.
final class PreparedActivityRegularization: PreparedLayer {
  let output: MemoryDescriptor
  private(set) var needs = BufferNeeds()
  private(set) var penalty = 0.0
  private let strengths: ActivityPenalty
  private let count: Int
  private var buffers: LayerBuffers?

  init(_ strengths: ActivityPenalty, site: LayerSite) {
    self.strengths = strengths
    output = site.inputs[0].layout
    count = output.storedCount
    needs.keepsOutput = true
  }

  func bind(_ buffers: LayerBuffers) { self.buffers = buffers }

  func moveInput(_ index: Int, to address: UnsafeMutablePointer<Float>) {
    buffers?.inputs[index] = address
  }

  /// y = x, and λ₁ Σ|x| + λ₂ Σ x² over all rows.
  func forward() {
    guard let buffers else { return }
    buffers.output.update(from: buffers.inputs[0], count: count)
    let values = UnsafeBufferPointer(start: buffers.output, count: count).span
    penalty = 0
    if strengths.l1 != 0 { penalty += Double(strengths.l1) * absoluteSum(values) }
    if strengths.l2 != 0 { penalty += Double(strengths.l2) * squaredNorm(values) }
  }

  /// ∂x = ∂y + λ₁ sign(x) + 2 λ₂ x
  func backward() {
    guard let buffers, let from = buffers.outputGradient, let to = buffers.inputGradients[0] else {
      return
    }
    let (x, l1, l2, n) = (buffers.output, strengths.l1, 2 * strengths.l2, count)
    for i in 0..<n {
      let value = x[i]
      let sign: Float = value > 0 ? 1 : value < 0 ? -1 : 0
      to[i] = from[i] + l1 * sign + l2 * value
    }
  }
}
