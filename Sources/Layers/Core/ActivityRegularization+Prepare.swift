import OneDNN
import Tensors

extension ActivityRegularization {
  /// One copy forward that also sums up the penalty, one fused pass backward.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    PreparedActivityRegularization(penalty, site: site)
  }
}

/// The penalty on activities; elements may lie in any order, padding is zero and costs nothing. Of sequences with
/// padded steps, which lie in plain order, these cost nothing either.
final class PreparedActivityRegularization: PreparedLayer {
  let output: MemoryDescriptor
  private(set) var needs = BufferNeeds()
  private(set) var penalty = 0.0
  private let strengths: ActivityPenalty
  private let count: Int
  /// What tells the padded steps; nil where there are none.
  private let pass: PassContext?
  /// The steps of all rows, and the floats of one; where no step is told apart, all is one.
  private let (steps, width): (Int, Int)
  private var buffers: LayerBuffers?

  init(_ strengths: ActivityPenalty, site: LayerSite) {
    self.strengths = strengths
    output = site.inputs[0].layout
    count = output.storedCount
    let input = site.inputs[0]
    pass = input.isMasked ? site.pass : nil
    steps = input.isMasked ? site.rows * input.shape[0] : 1
    width = count / steps
    precondition(!input.isMasked || width == input.shape[1], "a masked sequence in no plain order")
    needs.keepsOutput = true
  }

  func bind(_ buffers: LayerBuffers) { self.buffers = buffers }

  func moveInput(_ index: Int, to address: UnsafeMutablePointer<Float>) {
    buffers?.inputs[index] = address
  }

  /// y = x, and λ₁ Σ|x| + λ₂ Σ x² over all rows, without padded steps.
  func forward() {
    guard let buffers else { return }
    buffers.output.update(from: buffers.inputs[0], count: count)
    let all = UnsafeBufferPointer(start: buffers.output, count: count).span
    penalty = 0
    for step in 0..<steps where !isPadding(step) {
      let values = all.extracting(step * width..<(step + 1) * width)
      if strengths.l1 != 0 { penalty += Double(strengths.l1) * absoluteSum(values) }
      if strengths.l2 != 0 { penalty += Double(strengths.l2) * squaredNorm(values) }
    }
  }

  private func isPadding(_ step: Int) -> Bool { pass.map { $0.mask.base[step] == 0 } ?? false }

  /// ∂x = ∂y + λ₁ sign(x) + 2 λ₂ x; of padded steps ∂x = ∂y
  func backward() {
    guard let buffers, let from = buffers.outputGradient, let to = buffers.inputGradients[0] else {
      return
    }
    let (x, n) = (buffers.output, width)
    for step in 0..<steps {
      let isPadding = isPadding(step)
      let (l1, l2) = isPadding ? (0, 0) : (strengths.l1, 2 * strengths.l2)
      for i in step * n..<(step + 1) * n {
        let value = x[i]
        let sign: Float = value > 0 ? 1 : value < 0 ? -1 : 0
        to[i] = from[i] + l1 * sign + l2 * value
      }
    }
  }
}
