/// A rate that falls whenever the validation objective has stopped to fall.
///
///     after each epoch: L < L* − θ |L*|  →  L* ← L, n ← 0;  otherwise n ← n + 1
///     n > patience                      →  ε ← max(γ ε, ε_min), n ← 0, wait `cooldown` epochs
///
/// L is the validation objective, L* the best so far, n the epochs without a better one, γ `factor`,
/// θ `threshold`, ε_min `minimum`. While it waits, n stays 0.
///
/// PyTorch's ReduceLROnPlateau with the relative threshold; Keras's has an absolute one and
/// reduces after `patience` epochs where this one lets them pass.
public struct ReduceOnPlateau: Schedule {
  /// What the rate is multiplied by, γ.
  public var factor: Double
  /// The epochs without a better objective that are let pass.
  public var patience: Int
  /// By which part the objective must fall to count as better, θ.
  public var threshold: Double
  /// The epochs after a reduction in which none are counted.
  public var cooldown: Int
  /// The smallest rate, ε_min.
  public var minimum: Double

  /// A rule of the given settings.
  public init(
    factor: Double = 0.1, patience: Int = 10, threshold: Double = 1e-4, cooldown: Int = 0,
    minimum: Double = 0
  ) {
    self.factor = factor
    self.patience = patience
    self.threshold = threshold
    self.cooldown = cooldown
    self.minimum = minimum
  }

  /// The rate of update `step`: as it is, since reductions come through ``PlateauState``.
  public func rate(_ initial: Double, at step: Int, in run: RunExtent) -> Double { initial }

  /// A smallest rate above the first.
  public func flaw(_ initial: Double, in run: RunExtent) -> String? {
    guard Float(minimum) > Float(initial) else { return nil }
    return "minimum is \(minimum), above the learning rate \(initial); set it to at most that"
  }

  /// `state` after an epoch whose validation objective is `objective`.
  func observe(_ objective: Double, initial: Double, _ state: inout PlateauState) {
    // What is not finite is never the best: no later epoch could be compared with it.
    let isBetter =
      objective.isFinite
      && (state.best.map { objective < $0 - threshold * $0.magnitude } ?? true)
    if isBetter {
      state.best = objective
      state.epochsWithoutBetter = 0
    } else {
      state.epochsWithoutBetter += 1
    }
    if state.cooldownLeft > 0 {
      state.cooldownLeft -= 1
      state.epochsWithoutBetter = 0
    }
    if state.epochsWithoutBetter > patience {
      state.scale = max(state.scale * factor, minimum / initial)
      state.epochsWithoutBetter = 0
      state.cooldownLeft = cooldown
    }
  }
}
