import OneDNN
import Tensors

extension RestrictedBoltzmann {
  /// W column by column: what a visible unit is multiplied by lies together, and so zeros are left out.
  public func preferredLayouts(at site: LayerSite) throws(OneDNNError) -> [MemoryDescriptor] {
    var layouts: [MemoryDescriptor] = []
    for (index, spec) in parameters(for: site.inputs.map(\.shape)).enumerated() {
      let shape = spec.shape.dimensions
      layouts.append(
        index == 0 ? try MemoryDescriptor(transposed: shape) : try MemoryDescriptor(plain: shape))
    }
    return layouts
  }

  /// Compiles the products.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    try PreparedBoltzmann(self, site: site)
  }
}

/// A machine for so many rows. All of a step's draws happen in the forward pass; what the statistics
/// need is kept: below each other the data and what was made up, with the hidden units to both.
final class PreparedBoltzmann: PreparedLayer {
  let output: MemoryDescriptor
  private(set) var needs = BufferNeeds()
  private let machine: RestrictedBoltzmann
  private let site: LayerSite
  private let rows: Int
  private let visible: Int
  private let hidden: Int
  private let products: BoltzmannProducts
  private let weights: UnsafeMutablePointer<Float>
  private let visibleBias: UnsafeMutablePointer<Float>
  private var input: UnsafeMutablePointer<Float>?
  private var figures: UnsafeMutablePointer<Float>?
  private var places: Places?

  /// Where the layer's own numbers lie.
  private struct Places {
    /// The data, and below them what was made up.
    var units: UnsafeMutablePointer<Float>
    /// The hidden units' part of the gradient to both.
    var features: UnsafeMutablePointer<Float>
    /// The hidden units' weighted inputs.
    var x: UnsafeMutablePointer<Float>
    /// Their probabilities.
    var p: UnsafeMutablePointer<Float>
    /// Their states.
    var states: UnsafeMutablePointer<Float>
    /// Reconstructions.
    var z: UnsafeMutablePointer<Float>
    /// Draws for one row.
    var draws: UnsafeMutablePointer<Float>
  }

  init(_ machine: RestrictedBoltzmann, site: LayerSite) throws(OneDNNError) {
    self.machine = machine
    self.site = site
    rows = site.rows
    visible = site.inputs[0].shape.count
    hidden = machine.hidden
    output = try MemoryDescriptor(plain: [site.rows, RestrictedBoltzmann.Output.count])
    let offsets = site.parameterOffsets
    weights = site.weights + offsets[0]
    visibleBias = site.weights + offsets[2]
    products = try BoltzmannProducts(
      rows: site.rows, visible: visible, hidden: hidden,
      parameters: .init(
        weights: weights, hiddenBias: site.weights + offsets[1], visibleBias: visibleBias),
      isTraining: site.isTraining, engine: site.engine, stream: site.stream)
    if site.isTraining {
      needs.saved =
        rounded(2 * rows * visible) + rounded(2 * rows * hidden) + products.saved
    }
    needs.scratch =
      3 * rounded(rows * hidden) + rounded(rows * visible) + rounded(max(visible, hidden))
      + products.scratch + (site.isTraining ? 0 : products.saved)
  }

  private func rounded(_ count: Int) -> Int { (count + 15) / 16 * 16 }

  func bind(_ buffers: LayerBuffers) {
    input = buffers.inputs[0]
    figures = buffers.output
    let layer = rounded(rows * hidden)
    let x = buffers.scratch
    let z = x + 3 * layer
    let draws = z + rounded(rows * visible)
    places = Places(
      units: buffers.saved, features: buffers.saved + rounded(2 * rows * visible), x: x,
      p: x + layer, states: x + 2 * layer, z: z, draws: draws)
    let scratch = draws + rounded(max(visible, hidden))
    products.bind(
      scratch: scratch,
      saved: site.isTraining
        ? buffers.saved + rounded(2 * rows * visible) + rounded(2 * rows * hidden)
        : scratch + products.scratch)
  }

  func moveInput(_ index: Int, to address: UnsafeMutablePointer<Float>) { input = address }

  func forward() {
    guard let input, let figures, let places else { return }
    products.up(from: input, to: places.x)
    activate(places.x, rows * hidden, into: places.p)
    judge(input, figures, places)
    guard site.isTraining else {
      products.down(from: places.p, to: places.z)
      reconstruct(places.z, of: input, figures)
      return
    }
    keepData(input, places)
    if machine.chains != nil {
      // Chains know nothing of the data, so they can't tell how well these are reconstructed.
      products.down(from: places.p, to: places.z)
      reconstruct(places.z, of: input, figures)
      enterChains(places)
    } else {
      draw(places.p, into: places.states, instant: 0, places)
    }
    for step in 0..<machine.steps {
      products.down(from: places.states, to: places.z)
      if step == 0, machine.chains == nil { reconstruct(places.z, of: input, figures) }
      makeUp(places, instant: 2 * step + 1)
      products.upAgain(from: places.units + rows * visible, to: places.x)
      activate(places.x, rows * hidden, into: places.p)
      if step + 1 < machine.steps || machine.chains != nil {
        draw(places.p, into: places.states, instant: 2 * step + 2, places)
      }
    }
    (places.features + rows * hidden).update(from: places.p, count: rows * hidden)
    leaveChains(places)
  }

  /// ∂W = Σ h′v′ᵀ − hvᵀ and the biases' parts, with what sparsity adds to h.
  func backward() {
    guard let places else { return }
    let gradients = site.pass.gradients
    let offsets = site.parameterOffsets
    products.correlate(places.features, places.units, into: gradients + offsets[0])
    sumColumns(places.features, 2 * rows, hidden, into: gradients + offsets[1])
    let bias = gradients + offsets[2]
    sumColumns(places.units + rows * visible, rows, visible, into: bias)
    for row in 0..<rows {
      let v = places.units + row * visible
      for i in 0..<visible { bias[i] -= v[i] }
    }
  }

  // MARK: Figures

  /// Free energy and pseudo-log-likelihood of the data, whose hidden inputs lie in x.
  private func judge(
    _ input: UnsafeMutablePointer<Float>, _ figures: UnsafeMutablePointer<Float>, _ places: Places
  ) {
    typealias Output = RestrictedBoltzmann.Output
    let key = site.pass.dropoutKey.derive(UInt64(site.index))
    for row in 0..<rows {
      let (v, x) = (input + row * visible, places.x + row * hidden)
      let own = figures + row * Output.count
      let features = softplusSum(x, hidden, room: places.draws)
      own[Output.freeEnergy] = Float(energyBelow(v) - features)
      own[Output.pseudoLogLikelihood] = 0
      guard machine.visible == .bernoulli else { continue }
      // What is only measured depends on no step.
      let place = key.derive(UInt64(row)).derive(site.isTraining ? site.pass.step + 1 : 0)
      let unit = Int(place.low % UInt32(visible))
      let change = 1 - 2 * v[unit]
      let flipped = softplusSum(
        x, hidden, plus: change, times: weights + unit * hidden,
        rooms: (places.states, places.draws))
      let rise = features - flipped - Double(visibleBias[unit] * change)
      own[Output.pseudoLogLikelihood] = Float(visible) * -softplus(-Float(rise))
    }
  }

  /// The visible units' own part of F(v).
  private func energyBelow(_ v: UnsafeMutablePointer<Float>) -> Double {
    let own = UnsafeBufferPointer(start: v, count: visible).span
    let bias = UnsafeBufferPointer(start: visibleBias, count: visible).span
    return machine.visible == .bernoulli ? -dot(own, bias) : squaredDistance(own, bias) / 2
  }

  /// The mean square of what E[v | h] misses of the data; z holds b + Wᵀh and becomes E[v | h].
  private func reconstruct(
    _ z: UnsafeMutablePointer<Float>, of input: UnsafeMutablePointer<Float>,
    _ figures: UnsafeMutablePointer<Float>
  ) {
    typealias Output = RestrictedBoltzmann.Output
    if machine.visible == .bernoulli { activate(z, rows * visible) }
    for row in 0..<rows {
      let missed = squaredDistance(
        UnsafeBufferPointer(start: z + row * visible, count: visible).span,
        UnsafeBufferPointer(start: input + row * visible, count: visible).span)
      figures[row * Output.count + Output.reconstructionError] = Float(missed / Double(visible))
    }
  }

  // MARK: Units

  /// Keeps the data, and −h to them with what sparsity adds.
  private func keepData(_ input: UnsafeMutablePointer<Float>, _ places: Places) {
    places.units.update(from: input, count: rows * visible)
    let (p, features) = (places.p, places.features)
    for i in 0..<rows * hidden { features[i] = -p[i] }
    guard let sparsity = machine.sparsity else { return }
    let activity = site.weights + site.parameterOffsets[3]
    for row in 0..<rows {
      let own = features + row * hidden
      for j in 0..<hidden { own[j] += sparsity.cost * (activity[j] - sparsity.target) }
    }
    guard let statistics = site.pass.statistics else { return }
    sumColumns(p, rows, hidden, into: statistics + site.parameterOffsets[3])
  }

  /// The visible units to the present states; z holds b + Wᵀh, or E[v | h] where it was judged.
  private func makeUp(_ places: Places, instant: Int) {
    let units = places.units + rows * visible
    let wasJudged = machine.chains == nil && instant == 1
    let isBernoulli = machine.visible == .bernoulli
    if isBernoulli, !wasJudged { activate(places.z, rows * visible) }
    guard machine.samplesVisible else {
      units.update(from: places.z, count: rows * visible)
      return
    }
    for row in 0..<rows {
      let (mean, own) = (places.z + row * visible, units + row * visible)
      var draws = UnsafeMutableBufferPointer(start: places.draws, count: visible).mutableSpan
      let key = drawKey(row, instant)
      if isBernoulli {
        fillUniform(&draws, low: 0, high: 1, key: key)
        toss(mean, places.draws, visible, into: own)
      } else {
        fillNormal(&draws, mean: 0, standardDeviation: 1, key: key)
        for i in 0..<visible { own[i] = mean[i] + places.draws[i] }
      }
    }
  }

  /// Draws hidden states.
  private func draw(
    _ p: UnsafeMutablePointer<Float>, into states: UnsafeMutablePointer<Float>, instant: Int,
    _ places: Places
  ) {
    for row in 0..<rows {
      var draws = UnsafeMutableBufferPointer(start: places.draws, count: hidden).mutableSpan
      fillUniform(&draws, low: 0, high: 1, key: drawKey(row, instant))
      toss(p + row * hidden, places.draws, hidden, into: states + row * hidden)
    }
  }

  /// The key of one draw of one row: by its chain where there are chains, else by its sample.
  private func drawKey(_ row: Int, _ instant: Int) -> RandomKey {
    let key =
      machine.chains == nil
      ? site.noiseKey(row: row)
      : site.pass.dropoutKey.derive(UInt64(site.index)).derive(site.pass.step)
        .derive(UInt64(site.pass.firstPlace + row))
    return key.derive(UInt64(instant))
  }

  // MARK: Chains

  /// The place of the chains among the parameters: they are the last.
  private var chainOffset: Int { site.parameterOffsets[site.parameterOffsets.count - 1] }

  /// Takes the states of these rows' chains.
  private func enterChains(_ places: Places) {
    let first = site.pass.firstPlace
    precondition(first + rows <= machine.chains ?? 0, "rows beyond the last chain")
    places.states.update(
      from: site.weights + chainOffset + first * hidden, count: rows * hidden)
  }

  /// Tells the new states: ``MeasuredRule/state``.
  private func leaveChains(_ places: Places) {
    guard let chains = machine.chains, let statistics = site.pass.statistics else { return }
    let all = statistics + chainOffset
    all.update(repeating: 0, count: chains * hidden)
    let own = all + site.pass.firstPlace * hidden
    for i in 0..<rows * hidden { own[i] = places.states[i] + 1 }
  }
}
