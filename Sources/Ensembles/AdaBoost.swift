#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What samples and learners weigh, round after round: a learner is trained on weighted samples, and
/// what it gets wrong weighs more in the next round.
///
///     SAMME      ε = Σᵢ wᵢ [wrongᵢ]                       wᵢ ← wᵢ exp(α [wrongᵢ])
///                α = λ (ln((1 − ε)/ε) + ln(K − 1))
///     SAMME.R    α = 1                                    wᵢ ← wᵢ exp(−λ (K−1)/K Σₖ yᵢₖ ln pᵢₖ)
///     R2         ε = Σᵢ wᵢ L(eᵢ / max e),  β = ε/(1 − ε)  wᵢ ← wᵢ β^(λ (1 − L(eᵢ / max e)))
///                α = λ ln(1/β)
///
/// wᵢ are the samples' weights, which add up to 1; α is the learner's; K the number of classes, λ the
/// learning rate, yᵢₖ 1 for the true class and −1/(K − 1) for the others, pᵢₖ the learner's
/// probabilities, eᵢ its error, L the loss. A learner of no error weighs 1 and is the last; one that is
/// no better than chance, ε ≥ 1 − 1/K or of R2 ε ≥ ½, is left out, and none follows.
///
/// Every rank holds all weights and does the same on the same numbers; sums are in the order of the
/// samples, by halves: a fixed tree.
///
/// Zhu, Zou, Rosset and Hastie, "Multi-class AdaBoost", Statistics and Its Interface 2, 2009; Drucker,
/// "Improving Regressors using Boosting Techniques", ICML 1997. scikit-learn 1.5 computes the same; it
/// has no test against chance for SAMME.R, and draws R2's samples where these are weighted.
public struct AdaBoost: Sendable {
  /// What a round has shown.
  public struct Round: Hashable, Sendable {
    /// ε, the weighted error.
    public var error: Double
    /// α, the learner's weight; nil where it is left out.
    public var weight: Double?
    /// Why no round follows; nil where one may.
    public var ending: Ending?
  }

  /// Why boosting ends before its last round.
  public enum Ending: Hashable, Sendable {
    /// The learner makes no error.
    case faultless
    /// The learner is no better than guessing, which has this error.
    case noBetterThanChance(Double)
    /// One sample has all the weight: this one.
    case allWeightOn(Int)
  }

  /// The form.
  public let algorithm: BoostingAlgorithm
  /// K, the number of classes.
  public let classes: Int
  /// λ, which makes steps smaller.
  public let rate: Double
  /// L, for R2.
  public let loss: BoostingLoss
  /// The samples' weights for the next learner, which add up to 1.
  public private(set) var weights: [Double]

  /// The beginning: samples weigh `initial`, scaled to add up to 1.
  ///
  /// - Precondition: no weight is negative, and one is positive.
  public init(
    _ algorithm: BoostingAlgorithm, classes: Int = 2, rate: Double = 1,
    loss: BoostingLoss = .linear, initial: [Double]
  ) {
    let total = AdaBoost.sum(initial)
    precondition(total > 0 && initial.allSatisfy { $0 >= 0 }, "weights that add up to \(total)")
    self.algorithm = algorithm
    self.classes = classes
    self.rate = rate
    self.loss = loss
    weights = initial.map { $0 / total }
  }

  /// The error of guessing.
  public var chance: Double { algorithm == .r2 ? 0.5 : 1 - 1 / Double(classes) }

  /// Weighs the learner, and the samples anew.
  ///
  /// - Parameters:
  ///   - errors: of each sample, 1 where the learner is wrong and 0 else; of R2 how far it is off.
  ///   - logarithms: for SAMME.R Σₖ yᵢₖ ln pᵢₖ of each sample.
  public mutating func learn(errors: [Double], logarithms: [Double] = []) -> Round {
    precondition(errors.count == weights.count, "\(errors.count) errors of \(weights.count)")
    let errors = algorithm == .r2 ? losses(errors) : errors
    let error = AdaBoost.sum(zip(weights, errors).map { $0 * $1 })
    guard error > 0 else { return Round(error: 0, weight: 1, ending: .faultless) }
    guard error < chance else {
      return Round(error: error, weight: nil, ending: .noBetterThanChance(chance))
    }
    let weight: Double
    switch algorithm {
    case .samme:
      weight = rate * (log((1 - error) / error) + log(Double(classes - 1)))
      for i in weights.indices { weights[i] *= exp(weight * errors[i]) }
    case .sammeR:
      precondition(logarithms.count == weights.count, "\(logarithms.count) of \(weights.count)")
      weight = 1
      let factor = -rate * Double(classes - 1) / Double(classes)
      for i in weights.indices { weights[i] *= exp(factor * logarithms[i]) }
    case .r2:
      let beta = error / (1 - error)
      weight = -rate * log(beta)
      for i in weights.indices { weights[i] *= pow(beta, rate * (1 - errors[i])) }
    }
    let total = AdaBoost.sum(weights)
    for i in weights.indices { weights[i] /= total }
    // A network that sees one sample alone learns nothing of the others.
    let alone = weights.firstIndex { $0 > 1 - 1e-6 }
    return Round(error: error, weight: weight, ending: alone.map { .allWeightOn($0) })
  }

  /// The errors as shares of the largest of a sample that weighs anything, as the loss sees them.
  private func losses(_ errors: [Double]) -> [Double] {
    let largest = zip(errors, weights).filter { $0.1 > 0 }.map(\.0).max() ?? 0
    guard largest > 0 else { return errors.map { _ in 0 } }
    return errors.map { error in
      let share = min(1, error / largest)
      return switch loss {
      case .linear: share
      case .square: share * share
      case .exponential: 1 - exp(-share)
      }
    }
  }

  /// The sum by halves.
  private static func sum(_ values: [Double]) -> Double { sum(values[...]) }

  private static func sum(_ values: ArraySlice<Double>) -> Double {
    guard values.count > 8 else { return values.reduce(0, +) }
    let middle = values.startIndex + values.count / 2
    return sum(values[..<middle]) + sum(values[middle...])
  }
}
