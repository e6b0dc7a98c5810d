import Layers
import Tensors

/// Statistics of one layer, and how they follow the minibatches.
public struct RunningStatistics: Sendable {
  private enum Rule {
    /// The running mean and variance of a batch normalization at these places of the arena; the share
    /// that a step keeps, whether a single sample has several values per channel, and whether all shards
    /// have measured the same.
    case moments(
      mean: Range<Int>, variance: Range<Int>, momentum: Float, measuresSingles: Bool,
      isSynchronized: Bool)
    /// What another layer measures.
    case measured(Range<Int>, MeasuredRule)
  }

  private let rule: Rule

  /// Those of all layers of `graph`.
  static func all(_ graph: NetworkGraph, in store: ParameterStore) -> [RunningStatistics] {
    graph.nodes.flatMap { node -> [RunningStatistics] in
      func place(_ name: String) -> Range<Int>? { store.entry("\(node.name).\(name)")?.range }
      if let layer = node.layer as? any Measuring {
        return layer.measured.compactMap { name, rule in
          place(name).map { RunningStatistics(rule: .measured($0, rule)) }
        }
      }
      guard let layer = node.layer as? BatchNormalization, let mean = place("running_mean"),
        let variance = place("running_var")
      else { return [] }
      return [
        RunningStatistics(
          rule: .moments(
            mean: mean, variance: variance, momentum: layer.momentum,
            measuresSingles: node.shape.count > node.shape[0],
            isSynchronized: layer.isSynchronized))
      ]
    }
  }

  /// Moves the running values in `weights` towards those of a global minibatch.
  ///
  ///     μ = Σnμ / Σn,   σ² = Σn(σ² + μ²) / Σn − μ²,   r ← momentum · r + (1 − momentum) · (μ, σ²)
  ///
  /// Of a synchronized normalization the sums are Σnμ and Σnσ². Others by their ``MeasuredRule``.
  ///
  /// - Parameters:
  ///   - sums: the shards' sums over the ranks, in the order of the arena's statistics.
  ///   - origin: where the statistics begin in the arena.
  ///   - rows: the samples of the minibatch, and those among them that were not computed alone.
  public func move(
    _ weights: inout MutableSpan<Float>, by sums: Span<Float>, origin: Int,
    rows: (all: Float, several: Float)
  ) {
    switch rule {
    case .moments(
      let mean, let variance, let momentum, let measuresSingles, let isSynchronized):
      let several = isSynchronized ? (rows.all > 1 ? rows.all : 0) : rows.several
      let n = measuresSingles ? rows.all : several
      guard n > 0 else { return }
      for c in 0..<mean.count {
        let mu = sums[mean.lowerBound - origin + c] / n
        let square = sums[variance.lowerBound - origin + c] / n
        let spread = isSynchronized ? square : max(square - mu * mu, 0)
        let (m, v) = (mean.lowerBound + c, variance.lowerBound + c)
        weights[m] = momentum * weights[m] + (1 - momentum) * mu
        weights[v] = momentum * weights[v] + (1 - momentum) * spread
      }
    case .measured(let range, .mean(let share)):
      guard rows.all > 0 else { return }
      for place in range {
        weights[place] = share * weights[place] + (1 - share) * (sums[place - origin] / rows.all)
      }
    case .measured(let range, .state):
      for place in range where sums[place - origin] > 0 {
        weights[place] = sums[place - origin] - 1
      }
    }
  }
}
