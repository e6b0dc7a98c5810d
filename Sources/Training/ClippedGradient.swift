import Optimizers
import Tensors

/// Room for the true gradient, and what it is clipped by.
///
/// Norms are sums in double precision over fixed chunks of each parameter's plain order, parameter
/// after parameter, so neither the layout in memory nor the number of ranks changes them.
final class ClippedGradient {
  private let clipping: GradientClipping
  private let store: ParameterStore
  private let entries: [ParameterStore.Entry]
  /// The true gradient in the layout of the parameters.
  let values: FloatStorage
  private let plain: FloatStorage
  /// What each parameter's gradient is still to be multiplied by, in the order of the store.
  private(set) var factors: [Float]

  init(_ clipping: GradientClipping, store: ParameterStore) {
    self.clipping = clipping
    self.store = store
    entries = store.entries.filter { $0.spec.role != .statistic }
    values = FloatStorage(count: store.trainableCount)
    plain = FloatStorage(count: ClippedGradient.plainCount(store))
    factors = [Float](repeating: 1, count: entries.count)
  }

  /// The floats that clipping takes.
  static func count(_ store: ParameterStore) -> Int { store.trainableCount + plainCount(store) }

  /// The elements of the largest parameter that does not lie in plain order.
  private static func plainCount(_ store: ParameterStore) -> Int {
    store.entries.filter { !($0.layout is PlainLayout) }.map(\.spec.shape.count).max() ?? 0
  }

  /// Clips `values`: elements at once, norms by `factors`.
  func clip() {
    switch clipping {
    case .none: break
    case .value(let limit):
      let values = values
      var all = values.mutableSpan
      clipByValue(&all, limit: limit)
    case .norm(let limit):
      for index in entries.indices {
        factors[index] = clippingFactor(squaredNorm: norm(entries[index]), limit: limit)
      }
    case .globalNorm(let limit):
      var total = 0.0
      for index in entries.indices { total += norm(entries[index]) }
      let factor = clippingFactor(squaredNorm: total, limit: limit)
      for index in factors.indices { factors[index] = factor }
    }
  }

  /// The squared norm of one parameter's gradient.
  private func norm(_ entry: ParameterStore.Entry) -> Double {
    let values = values
    if entry.layout is PlainLayout { return squaredNorm(values.span(entry.range)) }
    let plain = plain
    let range = 0..<entry.spec.shape.count
    var copy = plain.mutableSpan(range)
    store.read(entry, from: values, into: &copy)
    return squaredNorm(plain.span(range))
  }
}
