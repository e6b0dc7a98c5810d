import Layers
import Tensors

/// The running mean and variance of one batch normalization, and how they follow the minibatches.
public struct RunningStatistics: Sendable {
  /// The running mean's place in the arena.
  let mean: Range<Int>
  /// The running variance's place in the arena.
  let variance: Range<Int>
  /// The share that a step keeps.
  let momentum: Float
  /// Whether a single sample has several values per channel.
  let measuresSingles: Bool

  /// Those of all layers of `graph`.
  static func all(_ graph: NetworkGraph, in store: ParameterStore) -> [RunningStatistics] {
    graph.nodes.compactMap { node in
      guard let layer = node.layer as? BatchNormalization,
        let mean = store.entry("\(node.name).running_mean")?.range,
        let variance = store.entry("\(node.name).running_var")?.range
      else { return nil }
      return RunningStatistics(
        mean: mean, variance: variance, momentum: layer.momentum,
        measuresSingles: node.shape.count > node.shape[0])
    }
  }

  /// Moves the running values in `weights` towards those of a global minibatch.
  ///
  ///     μ = Σnμ / Σn,   σ² = Σn(σ² + μ²) / Σn − μ²,   r ← momentum · r + (1 − momentum) · (μ, σ²)
  ///
  /// - Parameters:
  ///   - sums: the shards' sums over the ranks, in the order of the arena's statistics.
  ///   - origin: where the statistics begin in the arena.
  ///   - rows: the samples of the minibatch, and those among them that were not computed alone.
  public func move(
    _ weights: inout MutableSpan<Float>, by sums: Span<Float>, origin: Int,
    rows: (all: Float, several: Float)
  ) {
    let n = measuresSingles ? rows.all : rows.several
    guard n > 0 else { return }
    for c in 0..<mean.count {
      let mu = sums[mean.lowerBound - origin + c] / n
      let square = sums[variance.lowerBound - origin + c] / n
      let (m, v) = (mean.lowerBound + c, variance.lowerBound + c)
      weights[m] = momentum * weights[m] + (1 - momentum) * mu
      weights[v] = momentum * weights[v] + (1 - momentum) * max(square - mu * mu, 0)
    }
  }
}
