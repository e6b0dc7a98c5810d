#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How an ensemble is combined, by the names of configurations and manifests.
public enum Combination: String, CaseIterable, Sendable {
  /// The mean of the outputs.
  case mean
  /// The geometric mean of the probabilities, normalized.
  case geometricMean = "geometric_mean"
  /// One vote per member.
  case majority
  /// The mean of the outputs by weights that come from the validation part.
  case validationWeights = "validation_weights"
  /// The linear combination that fits the validation part best.
  case stacking
  /// Votes by the members' weights.
  case weightedMajority = "weighted_majority"
  /// The median by the members' weights.
  case weightedMedian = "weighted_median"

  /// Those of which the members' weights come from the validation part.
  public var needsValidation: Bool { self == .validationWeights || self == .stacking }

  /// Whether each member has a weight of its own.
  public var isWeighted: Bool {
    switch self {
    case .mean, .geometricMean, .majority: false
    case .validationWeights, .stacking, .weightedMajority, .weightedMedian: true
    }
  }

  /// Why outputs of this meaning cannot be combined so, with the remedy; nil where they can.
  public func flaw(_ meaning: OutputMeaning) -> String? {
    switch (self, meaning) {
    case (.geometricMean, .scores), (.geometricMean, .values):
      "geometric_mean needs probabilities, from a softmax or sigmoid at the end of the model; use mean"
    case (.majority, .values), (.weightedMajority, .values):
      "\(rawValue) needs classes, but the data have target values; use mean"
    case (.weightedMedian, .distribution), (.weightedMedian, .scores):
      "weighted_median needs target values, but the data have classes; use mean"
    default: nil
    }
  }

  /// The rule for members of the given weights.
  ///
  /// - Precondition: ``flaw(_:)`` is nil.
  public func rule(_ meaning: OutputMeaning, weights: [Double]) -> any EnsembleRule {
    let equal = [Double](repeating: 1, count: weights.count)
    switch self {
    case .mean: return AveragingEnsemble(.arithmetic, weights: equal)
    case .validationWeights, .stacking: return AveragingEnsemble(.arithmetic, weights: weights)
    case .weightedMajority:
      return VotingEnsemble(weights: weights, answersOneByOne: meaning == .answers)
    case .weightedMedian: return WeightedMedian(weights: weights)
    case .geometricMean:
      return AveragingEnsemble(
        meaning == .answers ? .geometricOfAnswers : .geometricOfClasses, weights: equal)
    case .majority:
      return VotingEnsemble(members: weights.count, answersOneByOne: meaning == .answers)
    }
  }

  /// The members' weights by their validation objectives.
  ///
  ///     wᵢ = e^−Lᵢ / Σₖ e^−Lₖ
  ///
  /// Of a cross-entropy e^−L is the geometric mean of the probability that a member gave to the truth.
  public static func weights(validation objectives: [Double]) -> [Double] {
    let finite = objectives.filter(\.isFinite)
    // Members without a finite objective weigh nothing, or all alike where there are no others.
    guard let smallest = finite.min() else {
      return objectives.map { _ in 1 / Double(objectives.count) }
    }
    let shares = objectives.map { $0.isFinite ? exp(smallest - $0) : 0 }
    let total = shares.reduce(0, +)
    return shares.map { $0 / total }
  }
}
