import Tensors

/// Brings constrained parameters back to where they must lie, in plain order.
final class ParameterConstraints {
  private let store: ParameterStore
  private let constrained: [(entry: ParameterStore.Entry, constraint: any Constraint)]
  private let plain: FloatStorage

  init(_ store: ParameterStore) {
    self.store = store
    constrained = store.entries.compactMap { entry in
      entry.spec.constraint.map { (entry, $0) }
    }
    plain = FloatStorage(count: constrained.map(\.entry.spec.shape.count).max() ?? 0)
  }

  /// Applies every constraint.
  func apply() {
    let plain = plain
    for (entry, constraint) in constrained {
      let shape = entry.spec.shape
      var values = plain.mutableSpan(0..<shape.count)
      store.read(entry, into: &values)
      constraint.apply(&values, shape: shape)
      store.write(plain.span(0..<shape.count), to: entry)
    }
  }
}
