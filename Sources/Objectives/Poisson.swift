import Tensors

/// The negative log-likelihood of counts, but for what does not depend on the prediction.
///
///     L = (1/K) Σⱼ (yⱼ − tⱼ ln(yⱼ + 10⁻⁷))        ∂L/∂yⱼ = (1 − tⱼ / (yⱼ + 10⁻⁷)) / K
///
/// y is the rate of a Poisson distribution, t the count, at least 0; K is the number of outputs. The
/// network has to keep y positive: an exponential or a softplus at the end does. As in Keras; PyTorch's
/// `PoissonNLLLoss` reads ln y unless told otherwise, and adds 10⁻⁸.
public struct Poisson: ElementwiseObjective {
  /// What is added to y.
  private static let offset: Float = 1e-7

  /// Numbers of at least 0.
  public let targetDomain = TargetDomain.nonNegative

  /// The Poisson objective.
  public init() {}

  /// Writes y − t ln(y + 10⁻⁷) of each element to `losses`.
  public func writeLosses(
    _ prediction: Span<Float>, _ target: Span<Float>, into losses: inout MutableSpan<Float>
  ) {
    let n = losses.count
    precondition(prediction.count == n && target.count == n)
    for i in 0..<n {
      losses[i] = prediction[i] - target[i] * logarithm(prediction[i] + Self.offset)
    }
  }

  /// Writes 1 − t / (y + 10⁻⁷) of each element to `slopes`.
  public func writeSlopes(
    _ prediction: Span<Float>, _ target: Span<Float>, into slopes: inout MutableSpan<Float>
  ) {
    let n = slopes.count
    precondition(prediction.count == n && target.count == n)
    for i in 0..<n { slopes[i] = 1 - target[i] / (prediction[i] + Self.offset) }
  }
}
