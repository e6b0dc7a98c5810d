/// By what the weighted sum of the objective and of its gradient is divided.
public enum Normalization: String, CaseIterable, Sendable {
  /// The number of samples, or of the positions of their sequences that are no padding: weights multiply,
  /// as in Keras.
  case samples
  /// The sum of the weights of samples or positions: a weighted mean, as in PyTorch.
  case weights
}
