import Tensors

/// The weighted median of the members' outputs, one by one: the smallest of which, with all smaller
/// ones, has at least half of the weight.
///
/// Drucker, "Improving Regressors using Boosting Techniques", ICML 1997.
public struct WeightedMedian: EnsembleRule {
  /// The weight of each member.
  public var weights: [Double]

  /// The median by `weights`, of which none is negative and one is positive.
  public init(weights: [Double]) { self.weights = weights }

  /// The medians of `rows` samples.
  public func combine(
    _ outputs: Span<Float>, rows: Int, width: Int, into combined: inout MutableSpan<Float>
  ) {
    let count = rows * width
    precondition(
      outputs.count == count * weights.count && combined.count == count,
      "\(outputs.count) outputs of \(weights.count) members for \(rows) × \(width)")
    let half = weights.reduce(0, +) / 2
    for place in 0..<count {
      let order = weights.indices.sorted { left, right in
        let (a, b) = (outputs[left * count + place], outputs[right * count + place])
        return a == b ? left < right : a < b
      }
      var below = 0.0
      for member in order {
        below += weights[member]
        combined[place] = outputs[member * count + place]
        if below >= half { break }
      }
    }
  }
}
