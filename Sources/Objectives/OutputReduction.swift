/// How the losses of a sample's outputs become the loss of the sample.
public enum OutputReduction: String, CaseIterable, Sendable {
  /// Their mean.
  case mean
  /// Their sum.
  case sum

  /// What the sum of `width` losses is divided by.
  func divisor(width: Int) -> Int { self == .mean ? width : 1 }
}
