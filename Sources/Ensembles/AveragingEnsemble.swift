import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The mean of the members' outputs.
///
///     arithmetic                  yⱼ = Σᵢ wᵢ yᵢⱼ
///     geometric, of classes       yⱼ = Πᵢ yᵢⱼ^wᵢ / Σₖ Πᵢ yᵢₖ^wᵢ
///     geometric, of a yes         y  = Πᵢ yᵢ^wᵢ / (Πᵢ yᵢ^wᵢ + Πᵢ (1 − yᵢ)^wᵢ)
///
/// w are the members' weights, which add up to 1. The geometric mean is computed by logarithms, of
/// probabilities no smaller than the smallest normal number, so that a 0 is no veto of infinite
/// weight.
///
/// Hinton et al., "Improving neural networks by preventing co-adaptation", 2012,
/// https://arxiv.org/abs/1207.0580, section 1, of the geometric mean; Huang et al., "Snapshot
/// Ensembles", ICLR 2017, section 3, of the arithmetic one.
public struct AveragingEnsemble: EnsembleRule {
  /// Which mean.
  public enum Mean: Hashable, Sendable {
    /// Of the outputs themselves.
    case arithmetic
    /// Of probabilities that add up to 1 over the outputs.
    case geometricOfClasses
    /// Of probabilities of a yes, one by one.
    case geometricOfAnswers
  }

  /// Which mean.
  public var mean: Mean
  /// The weight of each member.
  public private(set) var weights: [Double]

  /// A mean by `weights`, which are scaled to add up to 1.
  ///
  /// - Precondition: none is negative, and one is positive.
  public init(_ mean: Mean, weights: [Double]) {
    let total = weights.reduce(0, +)
    precondition(total > 0 && weights.allSatisfy { $0 >= 0 }, "weights \(weights)")
    self.mean = mean
    self.weights = weights.map { $0 / total }
  }

  /// The means of `rows` samples.
  public func combine(
    _ outputs: Span<Float>, rows: Int, width: Int, into combined: inout MutableSpan<Float>
  ) {
    let count = rows * width
    precondition(
      outputs.count == count * weights.count && combined.count == count,
      "\(outputs.count) outputs of \(weights.count) members for \(rows) × \(width)")
    switch mean {
    case .arithmetic:
      for place in 0..<count {
        combined[place] = Float(sum(outputs, place, stride: count) { Double($0) })
      }
    case .geometricOfAnswers:
      for place in 0..<count {
        let yes = sum(outputs, place, stride: count) { logarithm(Double($0)) }
        let no = sum(outputs, place, stride: count) { logarithm(1 - Double($0)) }
        combined[place] = Float(1 / (1 + exp(no - yes)))
      }
    case .geometricOfClasses:
      for row in 0..<rows { combineRow(outputs, row * width..<(row + 1) * width, count, &combined) }
    }
  }

  private func combineRow(
    _ outputs: Span<Float>, _ row: Range<Int>, _ stride: Int, _ combined: inout MutableSpan<Float>
  ) {
    var means = row.map { sum(outputs, $0, stride: stride) { logarithm(Double($0)) } }
    let largest = means.max() ?? 0
    for j in means.indices { means[j] = exp(means[j] - largest) }
    let total = means.reduce(0, +)
    for (place, mean) in zip(row, means) { combined[place] = Float(mean / total) }
  }

  /// Σᵢ wᵢ f(yᵢ) at one place, in the order of the members.
  private func sum(
    _ outputs: Span<Float>, _ place: Int, stride: Int, _ function: (Float) -> Double
  ) -> Double {
    var total = 0.0
    for (member, weight) in weights.enumerated() {
      total += weight * function(outputs[member * stride + place])
    }
    return total
  }

  private func logarithm(_ probability: Double) -> Double {
    log(max(probability, Double(Float.leastNormalMagnitude)))
  }
}
