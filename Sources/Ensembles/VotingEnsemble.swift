import Tensors

/// Each member has one vote, or votes of some weight; an output is the share of the votes.
///
///     of classes    yⱼ = Σᵢ αᵢ [argmaxₖ yᵢₖ = j] / Σᵢ αᵢ
///     of a yes      y  = Σᵢ αᵢ [yᵢ > ½] / Σᵢ αᵢ
///
/// Of classes with equally many votes the first is the answer, and of as many votes for a yes as
/// against it, no.
///
/// Hansen and Salamon, "Neural Network Ensembles", IEEE PAMI 12(10), 1990; of weighted votes Freund
/// and Schapire, "A Decision-Theoretic Generalization of On-Line Learning", 1997.
public struct VotingEnsemble: EnsembleRule {
  /// The weight of each member's vote, αᵢ.
  public var weights: [Double]
  /// Whether each output is a question of its own.
  public var answersOneByOne: Bool

  /// A vote of so many members.
  public init(members: Int, answersOneByOne: Bool) {
    self.init(
      weights: [Double](repeating: 1, count: members), answersOneByOne: answersOneByOne)
  }

  /// A vote of members of the given weights, of which none is negative and one is positive.
  public init(weights: [Double], answersOneByOne: Bool) {
    self.weights = weights
    self.answersOneByOne = answersOneByOne
  }

  /// The shares of the votes for `rows` samples.
  public func combine(
    _ outputs: Span<Float>, rows: Int, width: Int, into combined: inout MutableSpan<Float>
  ) {
    let count = rows * width
    precondition(
      outputs.count == count * weights.count && combined.count == count,
      "\(outputs.count) outputs of \(weights.count) members for \(rows) × \(width)")
    let total = weights.reduce(0, +)
    // Summed in double precision, class by class: single votes are whole numbers then.
    var votes = [Double](repeating: 0, count: count)
    for (member, weight) in weights.enumerated() {
      if answersOneByOne {
        for place in 0..<count where outputs[member * count + place] > 0.5 {
          votes[place] += weight
        }
        continue
      }
      for row in 0..<rows {
        let start = member * count + row * width
        votes[row * width + argMax(outputs.extracting(start..<start + width))] += weight
      }
    }
    for place in 0..<count { combined[place] = Float(votes[place] / total) }
  }
}
