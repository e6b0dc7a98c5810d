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
    var l1: Float
    var l2: Float
    /// What the learning rate is multiplied by.
    var rate: Float
    /// The first of its parameters among those that are learnt.
    var parameter: Int
  }

  private let optimizer: any Optimizer
  private let weights: FloatStorage
  private let stretches: [Stretch]
  /// The optimizer's memory.
  let slots: FloatStorage
  private let clipped: ClippedGradient?
  private var isAhead = false

  init(
    _ optimizer: any Optimizer, store: ParameterStore, penalties: Penalties,
    clipping: GradientClipping = .none
  ) {
    self.optimizer = optimizer
    weights = store.weights
    let planes = type(of: optimizer).slotNames.count
    clipped = clipping == .none ? nil : ClippedGradient(clipping, store: store)
    // Where each parameter has a norm of its own, none is treated like its neighbour.
    var isAlone = false
    if case .norm = clipping { isAlone = true }
    var found: [Stretch] = []
    let learnt = store.entries.filter { $0.spec.role != .statistic }
    for (index, entry) in learnt.enumerated() {
      let isPenalized = entry.spec.role == .weight || penalties.onBiases
      let l1 = entry.spec.l1 ?? (isPenalized ? penalties.l1 : 0)
      let l2 = entry.spec.l2 ?? (isPenalized ? penalties.l2 : 0)
      let rate = entry.spec.rateMultiplier ?? 1
      if !isAlone, let last = found.last, last.l1 == l1, last.l2 == l2, last.rate == rate {
        found[found.count - 1].range = last.range.lowerBound..<entry.range.upperBound
      } else {
        found.append(
          Stretch(
            range: entry.range, slots: 0..<0, l1: l1, l2: l2, rate: rate, parameter: index))
      }
    }
    var offset = 0
    let unit = ParameterStore.granularity
    for index in found.indices {
      let count = found[index].range.count * planes
      found[index].slots = offset..<offset + count
      offset += (count + unit - 1) / unit * unit
    }
    stretches = found
    slots = FloatStorage(count: offset)
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
  func apply(_ gradient: FloatStorage, normalizer: Float, rate: Float, step: Int) {
    isAhead = false
    if let clipped { clip(gradient, normalizer, in: clipped) }
    let source = clipped?.values ?? gradient
    let (weights, slots) = (weights, slots)
    for stretch in stretches {
      var values = weights.mutableSpan(stretch.range)
      var memory = slots.mutableSpan(stretch.slots)
      var update = UpdateStep(
        rate: rate * stretch.rate, step: step, gradientScale: 1 / normalizer, l1: stretch.l1,
        l2: stretch.l2)
      if let clipped {
        // The penalties are in the gradient already.
        update.gradientScale = clipped.factors[stretch.parameter]
        (update.l1, update.l2) = (0, 0)
      }
      optimizer.update(&values, gradient: source.span(stretch.range), slots: &memory, update)
    }
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

  /// Σ λ₁|w| + λ₂w² over the parameters.
  func penalty() -> Double {
    var total = 0.0
    let weights = weights
    for stretch in stretches where stretch.l1 != 0 || stretch.l2 != 0 {
      let values = weights.span(stretch.range)
      var (absolute, squared) = (0.0, 0.0)
      for i in 0..<values.count {
        let w = Double(values[i])
        absolute += w.magnitude
        squared += w * w
      }
      total += Double(stretch.l1) * absolute + Double(stretch.l2) * squared
    }
    return total
  }
}
