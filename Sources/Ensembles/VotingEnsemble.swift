import Tensors

/// Each member has one vote; an output is the share of the votes.
///
///     of classes    yⱼ = (1/m) |{i : argmaxₖ yᵢₖ = j}|
///     of a yes      y  = (1/m) |{i : yᵢ > ½}|
///
/// Of classes with equally many votes the first is the answer, and of as many votes for a yes as
/// against it, no.
///
/// Hansen and Salamon, "Neural Network Ensembles", IEEE PAMI 12(10), 1990.
public struct VotingEnsemble: EnsembleRule {
  /// The number of members, m.
  public var members: Int
  /// Whether each output is a question of its own.
  public var answersOneByOne: Bool

  /// A vote of so many members.
  public init(members: Int, answersOneByOne: Bool) {
    self.members = members
    self.answersOneByOne = answersOneByOne
  }

  /// The shares of the votes for `rows` samples.
  public func combine(
    _ outputs: Span<Float>, rows: Int, width: Int, into combined: inout MutableSpan<Float>
  ) {
    let count = rows * width
    precondition(
      outputs.count == count * members && combined.count == count,
      "\(outputs.count) outputs of \(members) members for \(rows) × \(width)")
    for place in 0..<count { combined[place] = 0 }
    for member in 0..<members {
      if answersOneByOne {
        for place in 0..<count where outputs[member * count + place] > 0.5 { combined[place] += 1 }
        continue
      }
      for row in 0..<rows {
        let start = member * count + row * width
        combined[row * width + argMax(outputs.extracting(start..<start + width))] += 1
      }
    }
    for place in 0..<count { combined[place] /= Float(members) }
  }
}
