import Optimizers
import Tensors

/// Measures parameters and their directions in plain order, so that norms do not depend on how a
/// primitive likes its weights.
final class NormReader {
  private let store: ParameterStore
  private let plain: FloatStorage

  init(_ store: ParameterStore, isNeeded: Bool) {
    self.store = store
    let most = store.entries.map(\.spec.shape.count).max() ?? 0
    plain = FloatStorage(count: isNeeded ? most : 0)
  }

  /// The norms of `parameter` and of its part of `direction`, an arena of the store's layout.
  func norms(of parameter: ParameterStore.Entry, direction: FloatStorage) -> ParameterNorms {
    ParameterNorms(
      weights: norm(parameter, store.weights), direction: norm(parameter, direction))
  }

  private func norm(_ entry: ParameterStore.Entry, _ arena: FloatStorage) -> Double {
    if entry.layout is PlainLayout { return squaredNorm(arena.span(entry.range)).squareRoot() }
    let plain = plain
    let count = entry.spec.shape.count
    var values = plain.mutableSpan(0..<count)
    store.read(entry, from: arena, into: &values)
    return squaredNorm(plain.span(0..<count)).squareRoot()
  }
}
