import Tensors

/// The identity matrix, times a gain: wᵢⱼ = gain where i = j, else 0.
///
/// A matrix with more rows than columns, or the reverse, is filled up with zeros. Keras's `identity`.
public struct Identity: Initializer {
  /// The factor.
  public var gain: Float

  /// The identity times `gain`.
  public init(gain: Float = 1) { self.gain = gain }

  /// Fills `values`; fans and key do not matter.
  public func fill(
    _ values: inout MutableSpan<Float>, shape: Shape, fans: Fans, key: RandomKey
  ) {
    Tensors.fill(&values, with: 0)
    for i in 0..<min(shape[0], shape[1]) { values[i * shape[1] + i] = gain }
  }

  /// Only a matrix has a diagonal.
  public func problem(with shape: Shape) -> String? {
    shape.rank == 2
      ? nil
      : "identity needs a matrix, but the shape is \(shape); use it for the weights of dense layers"
  }
}
