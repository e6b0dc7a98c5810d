import OneDNN
import Tensors

/// Batch normalization in training whose statistics are those of the global minibatch, with the ReLU
/// behind it where there is one.
///
/// Variances are taken around means that are known already, so that nothing cancels out. Where the
/// minibatch has a single value per channel the running statistics stand in, as constants.
final class PreparedSynchronizedNormalization: SynchronizedLayer {
  /// The rows of numbers by channel that are kept for the backward pass.
  private enum Table {
    static let mean = 0
    /// 1 / √(σ² + ε)
    static let inverse = 1
    /// γ / √(σ² + ε)
    static let factor = 2
    static let shift = 3
    /// σ² in the forward pass, mean(∂y) in the backward pass.
    static let level = 4
    /// mean(∂y x̂) / √(σ² + ε)
    static let tilt = 5
    /// Σ∂y x̂ and Σ∂y over the rows of this piece.
    static let scaleGradient = 6
    static let shiftGradient = 7
    static let count = 8
  }

  /// What sums of squares are multiplied by while they are added over the shards: a power of two, which
  /// changes no digit.
  private static let squareScale = 0x1p-24

  let output: MemoryDescriptor
  private(set) var needs = BufferNeeds()
  let sumCount: Int
  private let layer: BatchNormalization
  private let site: LayerSite
  private let strips: ChannelStrips
  private let channels: Int
  private let positions: Int
  /// From one table to the next.
  private let step: Int
  private let forwards: LayoutBridge
  private let backwards: LayoutBridge
  private let sums: UnsafeMutablePointer<Double>
  private var buffers: LayerBuffers?
  /// Whether mean and variance are given: the minibatch has none.
  private var isGiven = false

  /// Compiles `layer`.
  init(_ layer: BatchNormalization, site: LayerSite) throws(OneDNNError) {
    self.layer = layer
    self.site = site
    let input = site.inputs[0]
    (channels, positions) = channelsAndPositions(input.shape)
    sumCount = 2 * channels
    // An order that is not known is brought to the plain one.
    if let strips = ChannelStrips(input.layout, rows: site.rows, of: input.shape) {
      (self.strips, output) = (strips, input.layout)
    } else {
      let plain = try MemoryDescriptor(rows: site.rows, of: input.shape)
      guard let strips = ChannelStrips(plain, rows: site.rows, of: input.shape) else {
        preconditionFailure("the plain order of \(input.shape) is unknown")
      }
      (self.strips, output) = (strips, plain)
    }
    forwards = try LayoutBridge(from: input.layout, to: output, copy: .far, engine: site.engine)
    backwards = try LayoutBridge(from: output, to: input.layout, copy: .near, engine: site.engine)
    step = (strips.width + 15) / 16 * 16
    sums = .allocate(capacity: 2 * step)
    needs.keepsInputs = forwards.isDirect
    needs.keepsOutput = layer.fusesReLU
    needs.saved = Table.count * step + forwards.copyCount
    needs.scratch = backwards.copyCount
  }

  deinit { sums.deallocate() }

  func bind(_ buffers: LayerBuffers) throws(OneDNNError) {
    self.buffers = buffers
    try forwards.bind(from: buffers.inputs[0], to: buffers.saved + Table.count * step)
    if let target = buffers.inputGradients[0] {
      try backwards.bind(from: buffers.scratch, to: target)
    }
  }

  func moveInput(_ index: Int, to address: UnsafeMutablePointer<Float>) {
    buffers?.inputs[index] = address
    forwards.moveSource(to: address)
  }

  private func table(_ index: Int, _ buffers: LayerBuffers) -> UnsafeMutablePointer<Float> {
    buffers.saved + index * step
  }

  /// The input in the order of the output.
  private func input(_ buffers: LayerBuffers) -> UnsafeMutablePointer<Float> {
    forwards.isDirect ? buffers.inputs[0] : buffers.saved + Table.count * step
  }

  func addUp(_ stage: SumStage, to total: inout MutableSpan<Float>) {
    guard let buffers else { return }
    let (x, mean) = (input(buffers), table(Table.mean, buffers))
    sums.update(repeating: 0, count: 2 * step)
    switch stage {
    case .mean:
      forwards.run(site.stream)
      mean.update(repeating: 0, count: step)
      strips.addMoments(x, around: mean, sums, sums + step)
      // The squares are of no use here.
      for c in 0..<channels { total[c] += Float(sums[c]) }
      return
    case .variance:
      strips.addMoments(x, around: mean, sums, sums + step)
      // Sums of squares beyond single precision, whose mean is within it.
      for c in 0..<channels { sums[step + c] *= Self.squareScale }
    case .slope:
      addSlopes(buffers, x, mean)
    }
    for c in 0..<channels {
      total[c] += Float(sums[c])
      total[channels + c] += Float(sums[step + c])
    }
  }

  /// Σ∂y and Σ∂y x̂, where the ReLU lets ∂y through.
  private func addSlopes(
    _ buffers: LayerBuffers, _ x: UnsafeMutablePointer<Float>, _ mean: UnsafeMutablePointer<Float>
  ) {
    guard let dy = buffers.outputGradient else { return }
    if layer.fusesReLU {
      let y = buffers.output
      // As in the forward pass: what is not a number must not become one.
      for i in 0..<output.storedCount { dy[i] = y[i] <= 0 ? 0 : dy[i] }
    }
    strips.addSlopes(dy, x, around: mean, sums, sums + step)
    let inverse = table(Table.inverse, buffers)
    let (own, ownShift) = (
      table(Table.scaleGradient, buffers), table(Table.shiftGradient, buffers)
    )
    for c in 0..<channels {
      sums[step + c] *= Double(inverse[c])
      own[c] = Float(sums[step + c])
      ownShift[c] = Float(sums[c])
    }
  }

  func take(_ stage: SumStage, totals: Span<Float>, rows: Double) {
    guard let buffers else { return }
    let n = rows * Double(positions)
    let (mean, inverse) = (table(Table.mean, buffers), table(Table.inverse, buffers))
    switch stage {
    case .mean:
      isGiven = n <= 1
      guard !isGiven else { return takeRunning(mean, inverse) }
      for c in 0..<channels { mean[c] = Float(Double(totals[c]) / n) }
    case .variance:
      let variances = table(Table.level, buffers)
      for c in 0..<channels where !isGiven {
        // What single precision has left of the mean.
        let rest = Double(totals[c]) / n
        let variance = max(
          0, Double(totals[channels + c]) / (n * Self.squareScale) - rest * rest)
        mean[c] = Float(Double(mean[c]) + rest)
        inverse[c] = Float(1 / (variance + Double(layer.epsilon)).squareRoot())
        variances[c] = Float(variance)
      }
      tellStatistics(mean, variances)
    case .slope:
      let (level, tilt) = (table(Table.level, buffers), table(Table.tilt, buffers))
      // Channels that fill up a block stay 0.
      level.update(repeating: 0, count: step)
      tilt.update(repeating: 0, count: step)
      for c in 0..<channels where !isGiven {
        level[c] = Float(Double(totals[c]) / n)
        tilt[c] = Float(Double(totals[channels + c]) / n * Double(inverse[c]))
      }
    }
  }

  private func takeRunning(
    _ mean: UnsafeMutablePointer<Float>, _ inverse: UnsafeMutablePointer<Float>
  ) {
    let count = site.parameterOffsets.count
    let means = site.weights + site.parameterOffsets[count - 2]
    let variances = site.weights + site.parameterOffsets[count - 1]
    for c in 0..<channels {
      mean[c] = means[c]
      inverse[c] = 1 / (variances[c] + layer.epsilon).squareRoot()
    }
  }

  /// Leaves n μ and n σ² for the running statistics, n counted in samples of this piece; 0 where they were
  /// given.
  private func tellStatistics(
    _ mean: UnsafeMutablePointer<Float>, _ variance: UnsafeMutablePointer<Float>
  ) {
    let n = Double(site.rows)
    for c in 0..<channels {
      site.leaveMoments(
        c, of: channels, isGiven ? 0 : n * Double(mean[c]), isGiven ? 0 : n * Double(variance[c]))
    }
  }

  func forward() {
    guard let buffers else { return }
    let (factor, shift) = (table(Table.factor, buffers), table(Table.shift, buffers))
    let inverse = table(Table.inverse, buffers)
    let scale = layer.usesScale ? site.weights + site.parameterOffsets[0] : nil
    let bias = layer.usesShift ? site.weights + site.parameterOffsets[layer.usesScale ? 1 : 0] : nil
    // Channels that fill up a block stay 0.
    factor.update(repeating: 0, count: step)
    shift.update(repeating: 0, count: step)
    for c in 0..<channels {
      factor[c] = (scale?[c] ?? 1) * inverse[c]
      shift[c] = bias?[c] ?? 0
    }
    let y = buffers.output
    strips.scale(input(buffers), around: table(Table.mean, buffers), factor, shift, to: y)
    // What is not a number stays so.
    if layer.fusesReLU { for i in 0..<output.storedCount { y[i] = y[i] < 0 ? 0 : y[i] } }
  }

  func backward() {
    guard let buffers, let dy = buffers.outputGradient else { return }
    let gradients = site.pass.gradients
    if layer.usesScale {
      (gradients + site.parameterOffsets[0])
        .update(from: table(Table.scaleGradient, buffers), count: channels)
    }
    if layer.usesShift {
      (gradients + site.parameterOffsets[layer.usesScale ? 1 : 0])
        .update(from: table(Table.shiftGradient, buffers), count: channels)
    }
    guard let target = buffers.inputGradients[0] else { return }
    strips.spread(
      dy, input(buffers), around: table(Table.mean, buffers), table(Table.factor, buffers),
      table(Table.level, buffers), table(Table.tilt, buffers),
      to: backwards.isDirect ? target : buffers.scratch)
    backwards.run(site.stream)
  }
}
