/// How differently the members of an ensemble err: the mean over all pairs.
///
///     disagreement   (N¹⁰ + N⁰¹) / N
///     Q statistic    (N¹¹ N⁰⁰ − N⁰¹ N¹⁰) / (N¹¹ N⁰⁰ + N⁰¹ N¹⁰)
///     correlation    Σ e f / √(Σ e² Σ f²), e and f being the errors of two members about their means
///
/// Nᵃᵇ counts the samples on which the one is right (1) or wrong (0), and the other. Q is 1 for members
/// that err on the same samples, 0 for independent ones, and below for such as make up for one another;
/// a pair whose denominator is 0 has none, and is left out of the mean.
///
/// Kuncheva and Whitaker, "Measures of Diversity in Classifier Ensembles", Machine Learning 51, 2003;
/// Yule, "On the association of attributes in statistics", 1900, of Q.
public enum Diversity {
  /// The mean disagreement and Q statistic of members that are `right` on some samples, member by
  /// member; nil where no pair has one.
  public static func ofAnswers(_ right: [[Bool]]) -> (disagreement: Double?, q: Double?) {
    var (disagreements, statistics): ([Double], [Double]) = ([], [])
    for i in right.indices {
      for j in right.indices where j > i {
        var counts = [0, 0, 0, 0]
        for (a, b) in zip(right[i], right[j]) { counts[(a ? 2 : 0) + (b ? 1 : 0)] += 1 }
        let count = counts.reduce(0, +)
        guard count > 0 else { continue }
        disagreements.append(Double(counts[1] + counts[2]) / Double(count))
        let (same, other) = (
          Double(counts[3]) * Double(counts[0]), Double(counts[1]) * Double(counts[2])
        )
        if same + other > 0 { statistics.append((same - other) / (same + other)) }
      }
    }
    return (mean(disagreements), mean(statistics))
  }

  /// The mean correlation of the members' `errors`; nil where no pair has one.
  public static func ofErrors(_ errors: [[Double]]) -> Double? {
    let centered = errors.map { row in
      let middle = row.reduce(0, +) / Double(max(1, row.count))
      return row.map { $0 - middle }
    }
    func product(_ i: Int, _ j: Int) -> Double {
      zip(centered[i], centered[j]).reduce(0) { $0 + $1.0 * $1.1 }
    }
    var found: [Double] = []
    for i in errors.indices {
      for j in errors.indices where j > i {
        let scale = (product(i, i) * product(j, j)).squareRoot()
        if scale > 0 { found.append(product(i, j) / scale) }
      }
    }
    return mean(found)
  }

  private static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}
