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

  /// After the product's way back: all of the gradient by h goes to the step before.
  func release(_ step: CellStep, _ index: Int, from held: UnsafeMutablePointer<Float>) {
    let units = step.units
    for row in 0..<step.rows where isPadding(row, index) {
      (step.gradient + row * units).update(from: held + row * units, count: units)
    }
  }
}
