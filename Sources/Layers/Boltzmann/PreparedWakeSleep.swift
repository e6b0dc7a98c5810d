import OneDNN
import Tensors

extension WakeSleep {
  /// The top machine's W column by column, as its products want it.
  public func preferredLayouts(at site: LayerSite) throws(OneDNNError) -> [MemoryDescriptor] {
    var layouts: [MemoryDescriptor] = []
    for spec in parameters(for: site.inputs.map(\.shape)) {
      let shape = spec.shape.dimensions
      layouts.append(
        spec.name == Name.weight
          ? try MemoryDescriptor(transposed: shape) : try MemoryDescriptor(plain: shape))
    }
    return layouts
  }

  /// Compiles the products.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    try PreparedWakeSleep(self, site: site)
  }
}

/// A deep belief network for so many rows. All of a step's draws happen in the forward pass; states and what
/// predictions miss are kept.
final class PreparedWakeSleep: PreparedLayer {
  let output: MemoryDescriptor
  private(set) var needs = BufferNeeds()
  private let network: WakeSleep
  private let site: LayerSite
  private let rows: Int
  /// The units of every level, the data's first.
  private let widths: [Int]
  /// The levels below the top machine.
  private let levels: Int
  private let recognition: [DirectedProducts]
  private let generation: [DirectedProducts]
  private let machine: BoltzmannProducts
  private var input: UnsafeMutablePointer<Float>?
  private var figures: UnsafeMutablePointer<Float>?
  private var places: Places?

  /// Where the layer's own numbers lie, row after row.
  private struct Places {
    /// sₖ of the levels from 1 on; the last one's is the upper half of `units`.
    var awake: [UnsafeMutablePointer<Float>] = []
    /// tₖ of the levels from 0 on; the last one's is the lower half of `units`.
    var asleep: [UnsafeMutablePointer<Float>] = []
    /// What the generative predictions of the levels from 0 on miss.
    var missedBelow: [UnsafeMutablePointer<Float>] = []
    /// What the recognition's predictions of the levels from 1 on miss.
    var missedAbove: [UnsafeMutablePointer<Float>] = []
    /// sₙ, and below them tₙ.
    var units: UnsafeMutablePointer<Float>
    /// −o, and below them o′.
    var features: UnsafeMutablePointer<Float>
    /// Draws for one row.
    var draws: UnsafeMutablePointer<Float>
  }

  init(_ network: WakeSleep, site: LayerSite) throws(OneDNNError) {
    self.network = network
    self.site = site
    rows = site.rows
    let widths = [site.inputs[0].shape.count] + network.hidden
    self.widths = widths
    levels = network.hidden.count - 1
    output = try MemoryDescriptor(plain: [site.rows, 1])
    var (recognition, generation): ([DirectedProducts], [DirectedProducts]) = ([], [])
    for level in 1...levels {
      func products(
        _ direction: DirectedProducts.Direction, _ parameter: Int
      ) throws(OneDNNError) -> DirectedProducts {
        let offsets = site.parameterOffsets
        let place = 4 * (level - 1) + parameter
        return try DirectedProducts(
          direction, rows: site.rows, above: widths[level], below: widths[level - 1],
          weights: site.weights + offsets[place], bias: site.weights + offsets[place + 1],
          isTraining: site.isTraining, engine: site.engine, stream: site.stream)
      }
      recognition.append(try products(.up, 0))
      generation.append(try products(.down, 2))
    }
    (self.recognition, self.generation) = (recognition, generation)
    let top = site.parameterOffsets.suffix(3).map { site.weights + $0 }
    machine = try BoltzmannProducts(
      rows: site.rows, visible: widths[levels], hidden: widths[levels + 1],
      parameters: .init(weights: top[0], hiddenBias: top[1], visibleBias: top[2]),
      isTraining: site.isTraining, engine: site.engine, stream: site.stream)
    let below = (recognition + generation).map(\.scratch).max() ?? 0
    func rounded(_ count: Int) -> Int { PreparedWakeSleep.rounded(count) }
    if site.isTraining {
      // At most four matrices to each level, of rows of its units.
      needs.saved = widths.reduce(machine.saved) { $0 + 4 * rounded(site.rows * $1) }
      needs.scratch = rounded(widths.max() ?? 0) + max(below, machine.scratch)
    } else {
      needs.scratch = rounded(rows * widths[0]) + rounded(rows * widths[1]) + below
    }
  }

  private static func rounded(_ count: Int) -> Int { (count + 15) / 16 * 16 }

  func bind(_ buffers: LayerBuffers) {
    input = buffers.inputs[0]
    figures = buffers.output
    var place = site.isTraining ? buffers.saved : buffers.scratch
    func take(_ count: Int) -> UnsafeMutablePointer<Float> {
      defer { place += PreparedWakeSleep.rounded(count) }
      return place
    }
    guard site.isTraining else {
      let (mean, missed) = (take(rows * widths[1]), take(rows * widths[0]))
      var places = Places(units: mean, features: mean, draws: mean)
      (places.awake, places.missedBelow) = ([mean], [missed])
      self.places = places
      for products in recognition + generation { products.bind(scratch: place) }
      return
    }
    let (n, top) = (levels, levels + 1)
    var places = Places(
      units: take(2 * rows * widths[n]), features: take(2 * rows * widths[top]),
      draws: buffers.scratch)
    for level in 0..<n {
      if level > 0 { places.awake.append(take(rows * widths[level])) }
      places.asleep.append(take(rows * widths[level]))
      places.missedBelow.append(take(rows * widths[level]))
    }
    places.awake.append(places.units)
    places.asleep.append(places.units + rows * widths[n])
    for level in 1...n { places.missedAbove.append(take(rows * widths[level])) }
    self.places = places
    let scratch = buffers.scratch + PreparedWakeSleep.rounded(widths.max() ?? 0)
    for products in recognition + generation { products.bind(scratch: scratch) }
    machine.bind(scratch: scratch, saved: place)
  }

  func moveInput(_ index: Int, to address: UnsafeMutablePointer<Float>) { input = address }

  func forward() {
    guard let input, let figures, let places else { return }
    guard site.isTraining else {
      recognition[0].run(from: input, to: places.awake[0])
      activate(places.awake[0], rows * widths[1])
      predictBelow(input, figures, places, levels: 1)
      return
    }
    wake(input, places)
    predictBelow(input, figures, places, levels: levels)
    let instant = walk(places)
    sleep(places, instant: instant)
  }

  // MARK: Up, around, and down

  /// Draws states from the data upwards.
  private func wake(_ input: UnsafeMutablePointer<Float>, _ places: Places) {
    var below = input
    for level in 1...levels {
      let states = places.awake[level - 1]
      recognition[level - 1].run(from: below, to: states)
      draw(states, widths[level], instant: level, places)
      below = states
    }
  }

  /// What the generative connections miss of the states from which theirs were recognized; of the data that is
  /// the figure.
  private func predictBelow(
    _ input: UnsafeMutablePointer<Float>, _ figures: UnsafeMutablePointer<Float>,
    _ places: Places, levels: Int
  ) {
    for level in 0..<levels {
      let (missed, count) = (places.missedBelow[level], rows * widths[level])
      generation[level].run(from: places.awake[level], to: missed)
      if !isLinear(level) { activate(missed, count) }
      let states = level == 0 ? input : places.awake[level - 1]
      for i in 0..<count { missed[i] -= states[i] }
    }
    let width = widths[0]
    for row in 0..<rows {
      let missed = UnsafeBufferPointer(start: places.missedBelow[0] + row * width, count: width)
      figures[row] = Float(squaredNorm(missed.span) / Double(width))
    }
  }

  /// Gibbs sampling in the top machine, from the states below it; the next instant.
  private func walk(_ places: Places) -> Int {
    let (n, top) = (levels, levels + 1)
    let (pen, made) = (places.units, places.units + rows * widths[n])
    let count = rows * widths[top]
    let (awake, states) = (places.features, places.features + count)
    machine.up(from: pen, to: awake)
    draw(awake, widths[top], instant: top, places)
    states.update(from: awake, count: count)
    for i in 0..<count { awake[i] = -awake[i] }
    var instant = top + 1
    for _ in 0..<network.steps {
      machine.down(from: states, to: made)
      draw(made, widths[n], instant: instant, places)
      machine.upAgain(from: made, to: states)
      draw(states, widths[top], instant: instant + 1, places)
      instant += 2
    }
    return instant
  }

  /// Draws states downwards, the data's as means, and what the recognition misses of those.
  private func sleep(_ places: Places, instant: Int) {
    var instant = instant
    for level in (0..<levels).reversed() {
      let states = places.asleep[level]
      generation[level].run(from: places.asleep[level + 1], to: states)
      if level > 0 {
        draw(states, widths[level], instant: instant, places)
        instant += 1
      } else if !isLinear(0) {
        activate(states, rows * widths[0])
      }
    }
    for level in 1...levels {
      let (missed, states) = (places.missedAbove[level - 1], places.asleep[level])
      recognition[level - 1].run(from: places.asleep[level - 1], to: missed)
      activate(missed, rows * widths[level])
      for i in 0..<rows * widths[level] { missed[i] -= states[i] }
    }
  }

  /// Whether units of a level are normal rather than on or off.
  private func isLinear(_ level: Int) -> Bool { level == 0 && network.visible == .gaussian }

  /// Turns what enters units into their states.
  private func draw(
    _ units: UnsafeMutablePointer<Float>, _ width: Int, instant: Int, _ places: Places
  ) {
    activate(units, rows * width)
    for row in 0..<rows {
      var draws = UnsafeMutableBufferPointer(start: places.draws, count: width).mutableSpan
      fillUniform(
        &draws, low: 0, high: 1, key: site.noiseKey(row: row).derive(UInt64(instant)))
      toss(units + row * width, places.draws, width)
    }
  }

  // MARK: Gradients

  func backward() {
    guard let places else { return }
    let offsets = site.parameterOffsets
    let gradients = site.pass.gradients
    for level in 1...levels {
      let first = 4 * (level - 1)
      let (above, below) = (places.missedAbove[level - 1], places.missedBelow[level - 1])
      recognition[level - 1].correlate(
        above: above, below: places.asleep[level - 1], into: gradients + offsets[first])
      sumColumns(above, rows, widths[level], into: gradients + offsets[first + 1])
      generation[level - 1].correlate(
        above: places.awake[level - 1], below: below, into: gradients + offsets[first + 2])
      sumColumns(below, rows, widths[level - 1], into: gradients + offsets[first + 3])
    }
    let (n, first) = (levels, 4 * levels)
    machine.correlate(places.features, places.units, into: gradients + offsets[first])
    sumColumns(places.features, 2 * rows, widths[n + 1], into: gradients + offsets[first + 1])
    let bias = gradients + offsets[first + 2]
    sumColumns(places.units + rows * widths[n], rows, widths[n], into: bias)
    for row in 0..<rows {
      let states = places.units + row * widths[n]
      for i in 0..<widths[n] { bias[i] -= states[i] }
    }
  }
}
