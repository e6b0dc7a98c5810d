/// A number drawn from the beta distribution with both parameters `alpha`: the density on [0, 1] is
/// proportional to (x (1 − x))^(α − 1).
///
///     x = X / (X + Y),  X and Y from the gamma distribution of shape α
///
/// Computed from the logarithms of X and Y, so that small α do not underflow: they bring numbers close to
/// 0 and 1. A pure function of the key.
///
/// - Precondition: `alpha` is positive and finite.
public func drawBeta(alpha: Float, key: RandomKey) -> Float {
  let difference =
    logarithmOfGamma(alpha, key: key.derive(1)) - logarithmOfGamma(alpha, key: key.derive(0))
  return 1 / (1 + exponential(difference))
}

/// The logarithm of a number drawn from the gamma distribution of shape `shape` and scale 1.
///
///     d = a − ⅓,  c = 1/√(9d),  v = (1 + c z)³,  z normal, u uniform
///     d v,  where ln u < z²/2 + d − d v + d ln v
///
/// a is the shape; where that is below 1, a is the shape + 1 and the draw is multiplied by u^(1/shape).
///
/// Marsaglia and Tsang, "A Simple Method for Generating Gamma Variables", ACM TOMS, 2000.
private func logarithmOfGamma(_ shape: Float, key: RandomKey) -> Float {
  precondition(shape > 0 && shape.isFinite, "a gamma distribution of shape \(shape)")
  let d = (shape < 1 ? shape + 1 : shape) - 1 / 3
  let c = 1 / (9 * d).squareRoot()
  var block: UInt32 = 0
  while true {
    let words = key.words(block: block)
    let p = (Float(words[0] & 0x7FFF_FFFF) + 0.5) * 0x1p-32
    let tail = lowerNormalQuantile(p < 0.5 ? p : 0.5)
    let z = words[0] >> 31 == 0 ? tail : -tail
    let root = 1 + c * z
    let v = root * root * root
    block &+= 1
    guard v > 0, logarithm(evenly(words[1])) < 0.5 * z * z + d - d * v + d * logarithm(v) else {
      continue
    }
    let boost = shape < 1 ? logarithm(evenly(words[2])) / shape : 0
    return logarithm(d * v) + boost
  }
}

/// A number between 0 and 1, neither of which it reaches.
private func evenly(_ word: UInt32) -> Float { (Float(word >> 8) + 0.5) * 0x1p-24 }
