import Optimizers
import Tensors

/// An optimizer at work on a few weights of its own, driven as a trainer drives it.
public struct OptimizerRun {
  /// The rule.
  public let optimizer: any Optimizer
  /// The number of updates made.
  public private(set) var step = 0

  private let weightStorage: FloatStorage
  private let slotStorage: FloatStorage

  /// A run from the given weights, with slots of zero unless others are given.
  public init(
    _ optimizer: any Optimizer, from weights: [Float], slots: [Float]? = nil, step: Int = 0
  ) {
    self.optimizer = optimizer
    self.step = step
    weightStorage = FloatStorage(weights)
    let count = optimizer.slotNames.count * weights.count
    slotStorage = FloatStorage(slots ?? [Float](repeating: 0, count: count))
  }

  /// The parameters between steps, the point of the gradient within one.
  public var weights: [Float] { weightStorage.array }

  /// All planes, one after the other.
  public var slots: [Float] { slotStorage.array }

  /// Moves to the point where the gradient is to be taken.
  public func enterLookAhead() {
    var weights = weightStorage.mutableSpan
    var slots = slotStorage.mutableSpan
    optimizer.enterLookAhead(&weights, slots: &slots)
  }

  /// Moves back from there.
  public func leaveLookAhead() {
    var weights = weightStorage.mutableSpan
    var slots = slotStorage.mutableSpan
    optimizer.leaveLookAhead(&weights, slots: &slots)
  }

  /// One step with the gradient that `gradient` finds at the point where it is to be taken.
  ///
  /// The weights are one parameter: norms are taken over all of them.
  public mutating func advance(
    rate: Float, scale: Float = 1, l1: Float = 0, l2: Float = 0, decay: Float = 0,
    gradient: ([Float]) -> [Float]
  ) {
    enterLookAhead()
    step += 1
    let g = FloatStorage(gradient(weights))
    var weights = weightStorage.mutableSpan
    var slots = slotStorage.mutableSpan
    var settings = UpdateStep(
      rate: rate, step: step, gradientScale: scale, l1: l1, l2: l2, decay: decay)
    if optimizer.usesNorms {
      var direction = g.mutableSpan
      optimizer.direct(&direction, weights: weights.span, slots: &slots, settings)
      settings.norms = ParameterNorms(
        weights: squaredNorm(weights.span).squareRoot(),
        direction: squaredNorm(g.span).squareRoot())
    }
    optimizer.update(&weights, gradient: g.span, slots: &slots, settings)
  }
}
