import Tensors

/// Adds a normal draw to every input, before inputs are preprocessed.
///
///     y = x + σ z,  z ~ N(0, 1) for each number
///
/// The layer `gaussian_noise` does the same behind preprocessing, with a draw per step in place of one
/// per sample and epoch. Inputs need not be images.
public struct AddedNoise: PixelAugmentation {
  /// σ, in the units of the data.
  public var standardDeviation: Float

  /// Noise of the given standard deviation.
  public init(standardDeviation: Float) { self.standardDeviation = standardDeviation }

  /// Noise suits everything.
  public func flaw(for shape: [Int]) -> String? { nil }

  /// Adds the noise.
  public func apply(
    to values: inout MutableSpan<Float>, scratch: FloatStorage, _ image: ImageShape,
    range: ClosedRange<Float>, key: RandomKey
  ) {
    let n = values.count
    var noise = scratch.mutableSpan(0..<n)
    fillNormal(&noise, mean: 0, standardDeviation: standardDeviation, key: key)
    for i in 0..<n { values[i] += noise[i] }
  }
}
