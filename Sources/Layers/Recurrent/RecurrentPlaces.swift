import Tensors

/// Where one direction of a recurrent layer keeps what it computes, in floats from its part of the
/// layer's memory: planes by step, so that a step of all rows is one matrix.
///
/// Rows of a multiple of 512 bytes start in few sets of the cache and evict one another, so they are set
/// apart: the gradient of 512 × 128 weights over 3,456 rows is computed at 14 GFLOP/s otherwise.
///
/// Where both are factors of one product, a row holds h_{t−1} and behind it x_t, and the weights lie
/// transposed below one another. Where training drops states from the product they lie apart from what it
/// reads.
struct RecurrentPlaces {
  /// Whether W x_t and U h_{t−1} are one product: not where their sums are kept apart, nor where the inputs
  /// are so wide that W is better read for all steps at once.
  let isJoint: Bool
  /// The floats between rows of inputs, gates and states.
  let inputStride: Int
  let gateStride: Int
  let stateStride: Int
  /// The floats between rows of what the recurrent product reads.
  let operandStride: Int
  /// Kept from the forward to the backward pass.
  private(set) var inputs = 0
  private(set) var gates = 0
  private(set) var states = 0
  /// What the recurrent product reads before each step: the states, or what dropout leaves of them.
  private(set) var operands = 0
  /// The masks of inputs and states, a row for each sample.
  private(set) var inputMask = 0
  private(set) var stateMask = 0
  private(set) var cells = 0
  private(set) var products = 0
  private(set) var biases = 0
  /// The floats of all that.
  private(set) var saved = 0
  /// Used within one pass, of either direction.
  private(set) var product = 0
  private(set) var gradient = 0
  private(set) var cellGradient = 0
  private(set) var carried = 0
  /// Gradients that pass by padded steps.
  private(set) var held = 0
  /// The steps of each row that are no padding, up to the one whose turn it is.
  private(set) var counts = 0
  private(set) var pad = 0
  /// The floats of all that, without what products and primitives use behind it.
  private(set) var scratch = 0

  /// Places for `steps` steps of `rows` rows.
  init(
    rows: Int, steps: Int, features: Int, units: Int, gates count: Int, kernel: any CellKernel,
    isMasked: Bool, dropsInputs: Bool, dropsStates: Bool
  ) {
    isJoint = !kernel.keepsProducts && features <= units
    gateStride = RecurrentPlaces.stride(count * units)
    // Rows of both begin at a cache line each.
    operandStride = RecurrentPlaces.stride(isJoint ? (units + features + 15) / 16 * 16 : units)
    stateStride = dropsStates ? RecurrentPlaces.stride(units) : operandStride
    inputStride = isJoint ? operandStride : RecurrentPlaces.stride(features)
    if !isJoint { inputs = take(steps * rows * inputStride, &saved) }
    gates = take(steps * rows * gateStride, &saved)
    states = take((steps + 1) * rows * stateStride, &saved)
    operands = dropsStates ? take(steps * rows * operandStride, &saved) : states
    if isJoint { inputs = operands + units }
    if dropsInputs { inputMask = take(rows * features, &saved) }
    if dropsStates { stateMask = take(rows * units, &saved) }
    if kernel.hasCellState { cells = take((steps + 1) * rows * units, &saved) }
    if kernel.keepsProducts { products = take(steps * rows * gateStride, &saved) }
    biases = take((count + 1) * units, &saved)
    if !isJoint, !kernel.keepsProducts {
      product = take(rows * gateStride, &scratch)
    }
    gradient = take(rows * units, &scratch)
    if kernel.hasCellState { cellGradient = take(rows * units, &scratch) }
    if kernel.carriesState { carried = take(rows * units, &scratch) }
    if isMasked {
      held = take((kernel.hasCellState ? 2 : 1) * rows * units, &scratch)
      counts = take(rows, &scratch)
    }
    pad = scratch
  }

  /// The floats between rows of `width` floats.
  static func stride(_ width: Int) -> Int { width % 128 == 0 ? width + 16 : width }

  /// The next `count` floats, from a cache line's start on.
  private func take(_ count: Int, _ total: inout Int) -> Int {
    defer { total += (count + 15) / 16 * 16 }
    return total
  }
}
