import OneDNN
import Tensors

extension GroupNormalization {
  /// Compiles the normalization; γ and β by channel.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    try PreparedStandardization(
      groups: groups, span: channelsAndPositions(site.inputs[0].shape).positions,
      epsilon: epsilon, usesScale: usesScale, usesShift: usesShift, site: site)
  }
}

extension LayerNormalization {
  /// Compiles the normalization; γ and β by element.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    guard !isPerStep else {
      let inner = try PreparedStandardization(
        groups: 1, span: 1, epsilon: epsilon, usesScale: usesScale, usesShift: usesShift,
        site: PreparedStepwise.site(site))
      return try PreparedStepwise(inner, output: site.inputs[0].shape, site: site)
    }
    return try PreparedStandardization(
      groups: 1, span: 1, epsilon: epsilon, usesScale: usesScale, usesShift: usesShift, site: site)
  }
}

/// Standardization of groups of neighbouring elements of a sample in plain order, then γ and β, which
/// hold for `span` elements each. Where the input lies in blocks it is copied to plain order first.
final class PreparedStandardization: PreparedLayer {
  let output: MemoryDescriptor
  private(set) var needs = BufferNeeds()
  private let site: LayerSite
  private let epsilon: Float
  private let usesScale: Bool
  private let usesShift: Bool
  /// The groups of all rows, and the elements of one.
  private let count: (groups: Int, elements: Int)
  private let width: Int
  private let span: Int
  private let forwards: LayoutBridge
  private let backwards: LayoutBridge
  private var buffers: LayerBuffers?

  init(
    groups: Int, span: Int, epsilon: Float, usesScale: Bool, usesShift: Bool, site: LayerSite
  ) throws(OneDNNError) {
    self.site = site
    self.epsilon = epsilon
    self.usesScale = usesScale
    self.usesShift = usesShift
    self.span = span
    width = site.inputs[0].shape.count
    count = (site.rows * groups, width / groups)
    let input = site.inputs[0].layout
    output = try input.plain()
    forwards = try LayoutBridge(from: input, to: output, copy: .far, engine: site.engine)
    backwards = try LayoutBridge(from: output, to: input, copy: .near, engine: site.engine)
    // x̂ of all rows, then 1/√(σ² + ε) of all groups.
    needs.saved = site.rows * width + count.groups
    needs.scratch = max(forwards.copyCount, backwards.copyCount)
  }

  func bind(_ buffers: LayerBuffers) throws(OneDNNError) {
    self.buffers = buffers
    try forwards.bind(from: buffers.inputs[0], to: buffers.scratch)
    if let target = buffers.inputGradients[0] {
      try backwards.bind(from: buffers.scratch, to: target)
    }
  }

  func moveInput(_ index: Int, to address: UnsafeMutablePointer<Float>) {
    buffers?.inputs[index] = address
    forwards.moveSource(to: address)
  }

  func forward() {
    guard let buffers else { return }
    forwards.run(site.stream)
    let x = forwards.isDirect ? buffers.inputs[0] : buffers.scratch
    let (normalized, n) = (buffers.saved, count.elements)
    let inverses = buffers.saved + site.rows * width
    for group in 0..<count.groups {
      let from = UnsafeBufferPointer(start: x + group * n, count: n).span
      let mean = Float(sum(from) / Double(n))
      let to = normalized + group * n
      for i in 0..<n { to[i] = from[i] - mean }
      let variance = squaredNorm(UnsafeBufferPointer(start: to, count: n).span) / Double(n)
      let inverse = Float(1 / (variance + Double(epsilon)).squareRoot())
      inverses[group] = inverse
      for i in 0..<n { to[i] *= inverse }
    }
    let scale = usesScale ? site.weights + site.parameterOffsets[0] : nil
    let shift = usesShift ? site.weights + site.parameterOffsets[usesScale ? 1 : 0] : nil
    for row in 0..<site.rows {
      stretch(normalized + row * width, scale, shift, buffers.output + row * width)
    }
  }

  /// y = γ x̂ + β for one row.
  private func stretch(
    _ x: UnsafePointer<Float>, _ scale: UnsafePointer<Float>?, _ shift: UnsafePointer<Float>?,
    _ y: UnsafeMutablePointer<Float>
  ) {
    if span == 1, let scale, let shift {
      for i in 0..<width { y[i] = scale[i] * x[i] + shift[i] }
      return
    }
    for c in 0..<width / span {
      let (a, b) = (scale?[c] ?? 1, shift?[c] ?? 0)
      for i in c * span..<(c + 1) * span { y[i] = a * x[i] + b }
    }
  }

  func backward() {
    guard let buffers, let dy = buffers.outputGradient else { return }
    tellParameters(dy, buffers.saved)
    guard buffers.inputGradients[0] != nil else { return }
    // g = γ ∂y, in the place of ∂y.
    if usesScale {
      let scale = site.weights + site.parameterOffsets[0]
      for row in 0..<site.rows { stretch(dy + row * width, scale, nil, dy + row * width) }
    }
    let dx = backwards.isDirect ? buffers.inputGradients[0] ?? dy : buffers.scratch
    let (n, inverses) = (count.elements, buffers.saved + site.rows * width)
    for group in 0..<count.groups {
      let g = UnsafeBufferPointer(start: dy + group * n, count: n).span
      let x = UnsafeBufferPointer(start: buffers.saved + group * n, count: n).span
      let mean = Float(sum(g) / Double(n))
      let slope = Float(dot(g, x) / Double(n))
      let (to, inverse) = (dx + group * n, inverses[group])
      for i in 0..<n { to[i] = inverse * (g[i] - mean - x[i] * slope) }
    }
    backwards.run(site.stream)
  }

  /// ∂γ = Σ ∂y x̂ and ∂β = Σ ∂y over rows and spans.
  private func tellParameters(_ dy: UnsafePointer<Float>, _ x: UnsafePointer<Float>) {
    let gradients = site.pass.gradients
    if usesScale {
      let target = gradients + site.parameterOffsets[0]
      for c in 0..<width / span {
        var total = 0.0
        for row in 0..<site.rows {
          let start = row * width + c * span
          total += dot(
            UnsafeBufferPointer(start: dy + start, count: span).span,
            UnsafeBufferPointer(start: x + start, count: span).span)
        }
        target[c] = Float(total)
      }
    }
    if usesShift {
      let target = gradients + site.parameterOffsets[usesScale ? 1 : 0]
      for c in 0..<width / span {
        var total = 0.0
        for row in 0..<site.rows {
          total += sum(
            UnsafeBufferPointer(start: dy + row * width + c * span, count: span).span)
        }
        target[c] = Float(total)
      }
    }
  }
}
