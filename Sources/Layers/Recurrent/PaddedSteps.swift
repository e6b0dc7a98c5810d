import Tensors

/// Lets the rows that are padding at a step pass through a recurrent layer untouched: the state after the
/// step is that before it, and so are the gradients on the way back.
struct PaddedSteps {
  private let pass: PassContext
  private let steps: Int
  private let isReversed: Bool

  /// The padding of sequences of `steps` steps, which are gone through from the end where `isReversed`.
  init(_ pass: PassContext, steps: Int, isReversed: Bool) {
    self.pass = pass
    self.steps = steps
    self.isReversed = isReversed
  }

  /// Whether `row` is padding at the step whose turn it is.
  private func isPadding(_ row: Int, _ step: Int) -> Bool {
    pass.mask.base[row * steps + (isReversed ? steps - 1 - step : step)] == 0
  }

  /// Takes the states after step `index` back to those before it.
  func carry(_ step: CellStep, _ index: Int, hasCellState: Bool) {
    for row in 0..<step.rows where isPadding(row, index) {
      (step.state + row * step.stateStride).update(
        from: step.before + row * step.stateStride, count: step.units)
      guard hasCellState else { continue }
      (step.cell + row * step.units).update(
        from: step.cellBefore + row * step.units, count: step.units)
    }
  }

  /// Puts the gradients by the states after step `index` aside, at `held`: those of h, then those of c.
  func hold(
    _ step: CellStep, _ index: Int, at held: UnsafeMutablePointer<Float>, hasCellState: Bool
  ) {
    let units = step.units
    for row in 0..<step.rows where isPadding(row, index) {
      (held + row * units).update(from: step.gradient + row * units, count: units)
      guard hasCellState else { continue }
      (held + (step.rows + row) * units).update(
        from: step.cellGradient + row * units, count: units)
    }
  }

  /// After the cell's way back: no gradient goes to its sums, all of that by c to the step before.
  func silence(
    _ step: CellStep, _ index: Int, gates: Int, held: UnsafeMutablePointer<Float>,
    keepsProducts: Bool, hasCellState: Bool
  ) {
    let units = step.units
    for row in 0..<step.rows where isPadding(row, index) {
      (step.gates + row * step.gateStride).update(repeating: 0, count: gates * units)
      if keepsProducts {
        (step.products + row * step.gateStride).update(repeating: 0, count: gates * units)
      }
      guard hasCellState else { continue }
      (step.cellGradient + row * units).update(
        from: held + (step.rows + row) * units, count: units)
    }
  }

  /// Writes how many steps of each of `rows` rows are no padding to `counts`.
  func count(_ rows: Int, into counts: UnsafeMutablePointer<Float>) {
    for row in 0..<rows {
      var count: Float = 0
      for step in 0..<steps { count += pass.mask.base[row * steps + step] }
      counts[row] = count
    }
  }

  /// Lets no gradient go beyond step `index` of the rows that begin a stretch of `length` steps there.
  ///
  /// Padding is no part of a stretch: a row's gradient stops where that of the sequence alone would.
  /// `counts` are the steps that are no padding up to this one, in the end up to the one before.
  func cut(
    _ step: CellStep, _ index: Int, stretch length: Int, counts: UnsafeMutablePointer<Float>,
    hasCellState: Bool
  ) {
    let units = step.units
    for row in 0..<step.rows where !isPadding(row, index) {
      counts[row] -= 1
      guard Int(counts[row]) % length == 0 else { continue }
      (step.gradient + row * units).update(repeating: 0, count: units)
      guard hasCellState else { continue }
      (step.cellGradient + row * units).update(repeating: 0, count: units)
    }
  }

  /// After the product's way back: all of the gradient by h goes to the step before.
  func release(_ step: CellStep, _ index: Int, from held: UnsafeMutablePointer<Float>) {
    let units = step.units
    for row in 0..<step.rows where isPadding(row, index) {
      (step.gradient + row * units).update(from: held + row * units, count: units)
    }
  }
}
