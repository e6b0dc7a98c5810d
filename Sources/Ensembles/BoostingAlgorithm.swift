/// The forms of AdaBoost, by their names in configurations.
public enum BoostingAlgorithm: String, CaseIterable, Sendable {
  /// Of classes: learners vote.
  case samme
  /// Of classes: learners give probabilities.
  case sammeR = "samme_r"
  /// Of numbers.
  case r2

  /// How the learners are combined.
  public var combination: Combination {
    switch self {
    case .samme: .weightedMajority
    case .sammeR: .geometricMean
    case .r2: .weightedMedian
    }
  }

  /// Why networks with outputs of this meaning and width cannot be boosted so, with the remedy; nil
  /// where they can.
  public func flaw(_ meaning: OutputMeaning, width: Int, hasClasses: Bool) -> String? {
    switch self {
    case .samme, .sammeR:
      if !hasClasses { return "\(rawValue) needs classes, but the data have target values; use r2" }
      if meaning == .answers, width > 1 {
        return "\(rawValue) needs one answer for each sample; end the network with softmax"
      }
      if self == .sammeR, meaning != .distribution, meaning != .answers {
        return "samme_r needs probabilities, from a softmax or sigmoid at the end; use samme"
      }
      return nil
    case .r2: return meaning == .values ? nil : "r2 needs target values; use samme"
    }
  }
}

/// How AdaBoost.R2 sees an error e, from 0 to 1 as a share of the largest.
public enum BoostingLoss: String, CaseIterable, Sendable {
  /// e.
  case linear
  /// e².
  case square
  /// 1 − exp(−e).
  case exponential
}
