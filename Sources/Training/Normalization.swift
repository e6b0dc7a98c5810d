/// By what the weighted sum of the objective and of its gradient is divided.
public enum Normalization: String, CaseIterable, Sendable {
  /// The number of samples: weights multiply, as in Keras.
  case samples
  /// The sum of the samples' weights: a weighted mean, as in PyTorch.
  case weights
}
