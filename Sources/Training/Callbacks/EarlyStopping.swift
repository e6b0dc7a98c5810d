import Tensors

/// Ends a run that has stopped to become better, and brings back the parameters that were best.
///
///     after each epoch > start_from:  better  →  best ← value, keep θ, n ← 0;  otherwise n ← n + 1
///     n ≥ patience, and it is not the first epoch  →  the run ends
///     at the end of the run  →  θ ← the kept ones
///
/// Every rank decides alike, by values that all have. Only whole epochs are watched. Epochs
/// in which the metric has not had a value yet (NaN) are not counted; where no value was finite, no
/// parameters are restored.
final class EarlyStopping: Callback {
  /// What a resumed run has to know.
  struct State: Hashable, Sendable, Codable {
    /// The best figure so far.
    var best: Double?
    /// The epoch whose parameters are kept; 0 for none.
    var bestEpoch = 0
    /// The watched epochs since the best figure.
    var epochsWithoutBetter = 0
    /// The epoch after which the rule has ended the run; 0 where it has not.
    var stoppedEpoch = 0
    /// The watched epochs before the first value in which the metric was undefined; nil for none.
    var undefinedEpochs: Int?
  }

  private let rule: EarlyStoppingRule
  private let weights: FloatStorage
  private let update: ParameterUpdate?
  /// The parameters of the best epoch, in the arena's layout; nil where the rule keeps none.
  let best: FloatStorage?
  /// What a resumed run has to know beside ``best``.
  var state = State()

  /// A rule for the parameters `weights`; those that `update` lets be evaluated are kept.
  init(_ rule: EarlyStoppingRule, weights: FloatStorage, of update: ParameterUpdate? = nil) {
    self.rule = rule
    self.weights = weights
    self.update = update
    best = rule.restoresBest ? FloatStorage(count: weights.count) : nil
  }

  func keepState(in state: NamedState) {
    state.keep("early_stopping", of: self, \.state) {
      min($0.bestEpoch, $0.epochsWithoutBetter, $0.stoppedEpoch) >= 0
    }
  }

  func epochDidEnd(_ status: RunStatus) -> Verdict {
    guard status.isEpochComplete, status.epoch > rule.startFrom, let value = rule.value(status)
    else { return .continue }
    // A metric that the samples give no value, such as the area under the curve where all are of one
    // class, shows neither progress nor the lack of it.
    if value.isNaN, rule.figure != "objective", state.best == nil {
      state.undefinedEpochs = (state.undefinedEpochs ?? 0) + 1
      return .continue
    }
    if state.bestEpoch == 0 { keep(status.epoch) }
    if rule.isBetter(value, than: state.best) {
      state.best = value
      state.epochsWithoutBetter = 0
      keep(status.epoch)
      return .continue
    }
    state.epochsWithoutBetter += 1
    guard state.epochsWithoutBetter >= rule.patience, status.epoch > 1 else { return .continue }
    state.stoppedEpoch = status.epoch
    return .stop
  }

  /// Gives the network the parameters of the best epoch, where they are kept.
  func restore() -> EarlyStoppingResult {
    // Where no value was finite, no epoch was better than another.
    let isRestored = best != nil && state.best != nil
    if let best, isRestored { EarlyStopping.copy(best, to: weights) }
    return EarlyStoppingResult(
      monitor: rule.monitor, best: state.best, bestEpoch: state.bestEpoch,
      stoppedEpoch: state.stoppedEpoch, isRestored: isRestored,
      undefinedEpochs: state.undefinedEpochs ?? 0)
  }

  private func keep(_ epoch: Int) {
    state.bestEpoch = epoch
    guard let best else { return }
    guard let update else { return EarlyStopping.copy(weights, to: best) }
    update.withAverage { EarlyStopping.copy(weights, to: best) }
  }

  private static func copy(_ source: FloatStorage, to target: FloatStorage) {
    let from = source.span
    var values = target.mutableSpan
    for i in 0..<from.count { values[i] = from[i] }
  }
}
