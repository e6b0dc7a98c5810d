/// A function applied to every element, or for softmax to every row.
///
/// Names and defaults are Keras 3's.
public enum Activation: Hashable, Sendable {
  /// x
  case linear
  /// max(x, 0). At exactly 0 the derivative is `derivativeAtZero`: 0 as in other libraries, 0.5 as in
  /// textbooks that take the mean of both sides.
  case relu(derivativeAtZero: Float = 0)
  /// 1 / (1 + e⁻ˣ)
  case sigmoid
  /// (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)
  case tanh
  /// eˣⁱ / Σⱼ eˣʲ over the outputs of a sample; over the features of each step of a sequence, and over the
  /// channels of each position of an image
  case softmax
  /// ln(1 + eˣ)
  case softplus
  /// x / (1 + |x|)
  case softsign
  /// x for x > 0, α(eˣ − 1) otherwise
  case elu(alpha: Float = 1)
  /// λ·x for x > 0, λ·α(eˣ − 1) otherwise; λ = 1.05070098, α = 1.67326324
  /// (Klambauer et al., "Self-Normalizing Neural Networks", 2017)
  case selu
  /// x for x > 0, slope·x otherwise
  case leakyReLU(negativeSlope: Float = 0.2)
  /// eˣ
  case exponential
  /// clamp(x/6 + 1/2, 0, 1)
  case hardSigmoid
  /// x·Φ(x), or its tanh approximation (Hendrycks and Gimpel, 2016)
  case gelu(approximate: Bool = false)
  /// x·σ(x), also called SiLU
  case swish
}
