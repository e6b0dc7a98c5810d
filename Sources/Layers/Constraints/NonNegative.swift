import Tensors

/// No weight is negative: w ← max(w, 0). Keras's `non_neg`.
public struct NonNegative: Constraint {
  /// No negative weights.
  public init() {}

  /// Sets what is negative to 0.
  public func apply(_ values: inout MutableSpan<Float>, shape: Shape) {
    for i in 0..<values.count { values[i] = values[i] > 0 ? values[i] : 0 }
  }
}
