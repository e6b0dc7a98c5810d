import Layers
import Tensors

/// Statistics of one layer, and how they follow the minibatches.
public struct RunningStatistics: Sendable {
  private enum Rule {
    /// The running mean and variance of a batch normalization at these places of the arena; where its
    /// moments begin in what is measured, the share that a step keeps, whether a single sample has several
    /// values per channel, and whether all shards have measured the same.
    case moments(
      mean: Range<Int>, variance: Range<Int>, from: Int, momentum: Float, measuresSingles: Bool,
      isSynchronized: Bool)
    /// What another layer measures.
    case measured(Range<Int>, MeasuredRule)
  }

  private let rule: Rule

  /// By node: where its moments begin if those of the first one are at `start`, and where they end.
  static func momentOffsets(
    _ graph: NetworkGraph, from start: Int
  ) -> (offsets: [Int], end: Int) {
    var end = start
    let offsets = graph.nodes.map { node in
      let offset = end
      if let layer = node.layer as? BatchNormalization {
        end += layer.momentHalves(for: node.inputShapes[0])
      }
      return offset
    }
    return (offsets, end)
  }

  /// Those of all layers of `graph`, whose nodes' moments begin at `moments` in what is measured.
  static func all(
    _ graph: NetworkGraph, in store: ParameterStore, moments: [Int]
  ) -> [RunningStatistics] {
    zip(graph.nodes, moments).flatMap { node, moments -> [RunningStatistics] in
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
            mean: mean, variance: variance, from: moments, momentum: layer.momentum,
            measuresSingles: node.shape.count > node.shape[0],
            isSynchronized: layer.isSynchronized))
      ]
    }
  }

  /// Moves the running values in `weights` towards those of a global minibatch.
  ///
  ///     μ = Σnμ / Σn,   σ² = Σn(σ² + μ²) / Σn − μ²,   r ← momentum · r + (1 − momentum) · (μ, σ²)
  ///
  /// in double precision. Of a synchronized normalization the sums are Σnμ and Σnσ². Others by their
  /// ``MeasuredRule``.
  ///
  /// - Parameters:
  ///   - sums: the shards' sums over the ranks, in the order of ``Network/measured``.
  ///   - origin: where the statistics begin in the arena.
  ///   - rows: the samples of the minibatch, and those among them that were not computed alone.
  public func move(
    _ weights: inout MutableSpan<Float>, by sums: Span<Float>, origin: Int,
    rows: (all: Float, several: Float)
  ) {
    switch rule {
    case .moments(
      let mean, let variance, let start, let momentum, let measuresSingles, let isSynchronized):
      let several = isSynchronized ? (rows.all > 1 ? rows.all : 0) : rows.several
      let n = Double(measuresSingles ? rows.all : several)
      guard n > 0 else { return }
      let channels = mean.count
      for c in 0..<channels {
        let mu = doubleFromHalves(sums, at: start + 2 * c) / n
        let square = doubleFromHalves(sums, at: start + 2 * (channels + c)) / n
        let spread = isSynchronized ? square : max(square - mu * mu, 0)
        let (m, v) = (mean.lowerBound + c, variance.lowerBound + c)
        weights[m] = momentum * weights[m] + (1 - momentum) * Float(mu)
        weights[v] = momentum * weights[v] + (1 - momentum) * Float(spread)
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
