import Optimizers
import Tensors

/// The optimizer on the arena: ranges that are treated alike, and their slots.
///
/// Slots lie range by range, each with its planes one after the other.
final class ParameterUpdate {
  /// One stretch of the arena with one set of penalties, one rate and one factor of clipping.
  private struct Stretch {
    var range: Range<Int>
    var slots: Range<Int>
    var average: Range<Int>
    var l1: Float
    var l2: Float
    var decay: Float
    /// What the learning rate is multiplied by.
    var rate: Float
    /// The first of its parameters among those that are learnt.
    var first: Int
    /// The parameter, where the optimizer takes norms over it.
    var parameter: ParameterStore.Entry?
  }

  private let optimizer: any Optimizer
  private let weights: FloatStorage
  private let stretches: [Stretch]
  private let constraints: ParameterConstraints
  private let norms: NormReader
  private let clipped: ClippedGradient?
  /// Where an optimizer that takes norms changes the gradient, which all ranks may share.
  private let direction: FloatStorage?
  private let average: Float?
  /// The parts of the arena that the ranks update for all, by rank; nil where each updates everything.
  let division: UpdateDivision?
  /// The names of the planes of every stretch's slots, in their order: those of the optimizer, then
  /// `average` where weights are averaged.
  let slotNames: [String]
  /// The optimizer's memory, and the average of the weights where there is one.
  let slots: FloatStorage
  private var isAhead = false
  private var showsAverage = false

  /// The update of `store`'s parameters as they are now.
  ///
  /// - Parameter average: μ of the average of the weights a ← μ a + (1 − μ) w, if one is kept.
  init(
    _ optimizer: any Optimizer, store: ParameterStore, penalties: Penalties,
    clipping: GradientClipping = .none, average: Float? = nil, division: UpdateDivision? = nil
  ) {
    self.optimizer = optimizer
    self.division = division
    self.average = average
    weights = store.weights
    constraints = ParameterConstraints(store)
    norms = NormReader(store, isNeeded: optimizer.usesNorms)
    slotNames = ParameterUpdate.slotNames(optimizer, average: average)
    clipped = clipping == .none ? nil : ClippedGradient(clipping, store: store)
    let copies = ParameterUpdate.copiesGradient(optimizer, clipping)
    direction = copies ? FloatStorage(count: store.trainableCount) : nil
    // Where each parameter has a norm of its own, none is treated like its neighbour.
    var isAlone = optimizer.usesNorms
    if case .norm = clipping { isAlone = true }
    var found: [Stretch] = []
    let learnt = store.entries.filter { $0.spec.role != .statistic }
    for (index, entry) in learnt.enumerated() {
      let isPenalized = entry.spec.role == .weight || penalties.onBiases
      let stretch = Stretch(
        range: entry.range, slots: 0..<0, average: 0..<0,
        l1: entry.spec.l1 ?? (isPenalized ? penalties.l1 : 0),
        l2: entry.spec.l2 ?? (isPenalized ? penalties.l2 : 0),
        decay: isPenalized ? penalties.weightDecay : 0, rate: entry.spec.rateMultiplier ?? 1,
        first: index,
        parameter: optimizer.usesNorms ? entry : nil)
      if !isAlone, let last = found.last, last.l1 == stretch.l1, last.l2 == stretch.l2,
        last.decay == stretch.decay, last.rate == stretch.rate
      {
        found[found.count - 1].range = last.range.lowerBound..<entry.range.upperBound
      } else {
        found.append(stretch)
      }
    }
    var offset = 0
    let unit = ParameterStore.granularity
    for index in found.indices {
      let count = found[index].range.count
      let end = offset + count * optimizer.slotNames.count
      found[index].slots = offset..<end
      found[index].average = end..<(average == nil ? end : end + count)
      offset = (found[index].average.upperBound + unit - 1) / unit * unit
    }
    stretches = found
    if let division {
      precondition(division.slots.count >= offset, "room for \(division.slots.count) of \(offset)")
      slots = division.slots
    } else {
      slots = FloatStorage(count: offset)
    }
    startAverage()
  }

  /// Whether updates need a copy of the gradient to change, beside that of `clipping`.
  static func copiesGradient(_ optimizer: any Optimizer, _ clipping: GradientClipping) -> Bool {
    optimizer.usesNorms && clipping == .none
  }

  /// Lets the average begin at the present weights.
  func startAverage() { moveAverage(keeping: 0) }

  /// The names of the planes of `optimizer`, and of the average where one is kept.
  static func slotNames(_ optimizer: any Optimizer, average: Float?) -> [String] {
    optimizer.slotNames + (average == nil ? [] : ["average"])
  }

  /// The slots of one parameter and their places in ``slots``; none where it is not learnt.
  func slots(of entry: ParameterStore.Entry) -> [(name: String, range: Range<Int>)] {
    guard entry.spec.role != .statistic,
      let stretch = stretches.first(where: { $0.range.contains(entry.range.lowerBound) })
    else { return [] }
    let offset = stretch.slots.lowerBound + entry.range.lowerBound - stretch.range.lowerBound
    return slotNames.enumerated().map { plane, name in
      let start = offset + plane * stretch.range.count
      return (name, start..<start + entry.range.count)
    }
  }

  /// Moves the parameters to the point at which the gradient is to be taken.
  func enterLookAhead() {
    guard !isAhead else { return }
    isAhead = true
    let (weights, slots) = (weights, slots)
    for stretch in stretches {
      var values = weights.mutableSpan(stretch.range)
      var memory = slots.mutableSpan(stretch.slots)
      optimizer.enterLookAhead(&values, slots: &memory)
    }
  }

  /// Moves the parameters back to θ, where a step is left without an update.
  func leaveLookAhead() {
    guard isAhead else { return }
    isAhead = false
    let (weights, slots) = (weights, slots)
    for stretch in stretches {
      var values = weights.mutableSpan(stretch.range)
      var memory = slots.mutableSpan(stretch.slots)
      optimizer.leaveLookAhead(&values, slots: &memory)
    }
  }

  /// One update by the summed `gradient`, divided by `normalizer`.
  ///
  /// Where the work is divided, each piece of this rank's part is handed to `offer` while it is still in
  /// the cache; the others' parts are not touched.
  func apply(
    _ gradient: FloatStorage, normalizer: Float, rate: Float, step: Int,
    offer: (Range<Int>) -> Void = { _ in }
  ) {
    isAhead = false
    if let clipped { clip(gradient, normalizer, in: clipped) }
    let source = clipped?.values ?? direction ?? gradient
    for stretch in stretches {
      var settings = UpdateStep(
        rate: rate * stretch.rate, step: step, gradientScale: 1 / normalizer, l1: stretch.l1,
        l2: stretch.l2, decay: stretch.decay)
      settings.plane = stretch.range.count
      if let clipped {
        // The penalties are in the gradient already.
        settings.gradientScale = clipped.factors[stretch.first]
        (settings.l1, settings.l2) = (0, 0)
      }
      if let parameter = stretch.parameter {
        direct(gradient, to: source, parameter, stretch, &settings)
      }
      guard let division else {
        move(stretch.range, of: stretch, by: source, settings)
        continue
      }
      let part = stretch.range.clamped(to: division.mine)
      for start in stride(from: part.lowerBound, to: part.upperBound, by: UpdateDivision.piece) {
        let piece = start..<min(start + UpdateDivision.piece, part.upperBound)
        move(piece, of: stretch, by: source, settings)
        offer(piece)
      }
    }
    constraints.apply()
    if let average { moveAverage(keeping: step == 1 ? 0 : average) }
  }

  /// Turns the gradient of one parameter into its direction in `source`, and takes both norms.
  private func direct(
    _ gradient: FloatStorage, to source: FloatStorage, _ parameter: ParameterStore.Entry,
    _ stretch: Stretch, _ settings: inout UpdateStep
  ) {
    let (weights, slots) = (weights, slots)
    var changed = source.mutableSpan(stretch.range)
    if direction != nil {
      let original = gradient.span(stretch.range)
      for i in 0..<original.count { changed[i] = original[i] }
    }
    var memory = slots.mutableSpan(stretch.slots)
    optimizer.direct(&changed, weights: weights.span(stretch.range), slots: &memory, settings)
    settings.norms = norms.norms(of: parameter, direction: source)
  }

  /// Lets the optimizer update the weights of `piece`, a part of `stretch`.
  private func move(
    _ piece: Range<Int>, of stretch: Stretch, by source: FloatStorage, _ settings: UpdateStep
  ) {
    let (weights, slots, room) = (weights, slots, stretch.slots)
    var values = weights.mutableSpan(piece)
    // From the piece of the first plane to that of the last.
    let left = piece.lowerBound - stretch.range.lowerBound
    let right = stretch.range.upperBound - piece.upperBound
    var memory = slots.mutableSpan(
      room.isEmpty ? room : room.lowerBound + left..<room.upperBound - right)
    optimizer.update(&values, gradient: source.span(piece), slots: &memory, settings)
  }

  /// Forms the true gradient, penalties included, and clips it.
  private func clip(_ sum: FloatStorage, _ normalizer: Float, in clipped: ClippedGradient) {
    let (weights, target) = (weights, clipped.values)
    for stretch in stretches {
      var values = target.mutableSpan(stretch.range)
      formTrueGradient(
        of: sum.span(stretch.range), weights: weights.span(stretch.range), scale: 1 / normalizer,
        l1: stretch.l1, l2: stretch.l2, into: &values)
    }
    clipped.clip()
  }

  /// a ← μ a + (1 − μ) w
  private func moveAverage(keeping share: Float) {
    guard average != nil else { return }
    let (weights, slots) = (weights, slots)
    for stretch in stretches {
      let values = weights.span(stretch.range)
      var means = slots.mutableSpan(stretch.average)
      for i in 0..<values.count { means[i] = share * means[i] + (1 - share) * values[i] }
    }
  }

  /// What `body` answers while the weights are their average, where one is kept.
  func withAverage<Result>(_ body: () throws -> Result) rethrows -> Result {
    swapAverage()
    defer { swapAverage() }
    return try body()
  }

  /// Leaves the average in the weights for good, where one is kept: training has ended.
  func settleAverage() {
    if !showsAverage { swapAverage() }
  }

  private func swapAverage() {
    guard average != nil else { return }
    showsAverage.toggle()
    let (weights, slots) = (weights, slots)
    for stretch in stretches {
      var values = weights.mutableSpan(stretch.range)
      var means = slots.mutableSpan(stretch.average)
      for i in 0..<values.count {
        let w = values[i]
        values[i] = means[i]
        means[i] = w
      }
    }
  }

  /// Σ λ₁|w| + λ₂w² over the parameters.
  func penalty() -> Double {
    var total = 0.0
    let weights = weights
    for stretch in stretches where stretch.l1 != 0 || stretch.l2 != 0 {
      let values = weights.span(stretch.range)
      total += Double(stretch.l1) * absoluteSum(values) + Double(stretch.l2) * squaredNorm(values)
    }
    return total
  }
}
