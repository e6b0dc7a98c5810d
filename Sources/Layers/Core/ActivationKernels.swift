import Tensors

#if canImport(Glibc)
  import Glibc
#endif

/// The element-wise loops of activations: y from z, and ∂z = ∂y ⊙ f′ in the place of ∂y from y.
///
/// `-0.0` and padding zeros stay zero in every function here but softplus.
enum ActivationKernels {
  static func leakyReLU(
    _ z: Span<Float>, _ slope: Float, _ y: inout MutableSpan<Float>
  ) {
    let n = y.count
    precondition(z.count == n)
    for i in 0..<n {
      let value = z[i]
      y[i] = value > 0 ? value : slope * value
    }
  }

  static func leakyReLUGradient(
    _ y: Span<Float>, _ slope: Float, _ gradient: inout MutableSpan<Float>
  ) {
    let n = gradient.count
    precondition(y.count == n)
    for i in 0..<n { gradient[i] = y[i] > 0 ? gradient[i] : slope * gradient[i] }
  }

  static func reluGradient(
    _ z: Span<Float>, atZero: Float, _ gradient: inout MutableSpan<Float>
  ) {
    let n = gradient.count
    precondition(z.count == n)
    for i in 0..<n {
      let factor: Float = z[i] > 0 ? 1 : (z[i] == 0 ? atZero : 0)
      gradient[i] *= factor
    }
  }

  static func sigmoidGradient(_ y: Span<Float>, _ gradient: inout MutableSpan<Float>) {
    let n = gradient.count
    precondition(y.count == n)
    for i in 0..<n { gradient[i] *= y[i] * (1 - y[i]) }
  }

  static func tanhGradient(_ y: Span<Float>, _ gradient: inout MutableSpan<Float>) {
    let n = gradient.count
    precondition(y.count == n)
    for i in 0..<n { gradient[i] *= 1 - y[i] * y[i] }
  }

  static func eluGradient(
    _ y: Span<Float>, alpha: Float, _ gradient: inout MutableSpan<Float>
  ) {
    let n = gradient.count
    precondition(y.count == n)
    for i in 0..<n { gradient[i] *= y[i] > 0 ? 1 : y[i] + alpha }
  }

  static func exponentialGradient(_ y: Span<Float>, _ gradient: inout MutableSpan<Float>) {
    let n = gradient.count
    precondition(y.count == n)
    for i in 0..<n { gradient[i] *= y[i] }
  }

  static func softsign(_ z: Span<Float>, _ y: inout MutableSpan<Float>) {
    let n = y.count
    precondition(z.count == n)
    for i in 0..<n { y[i] = z[i] / (1 + z[i].magnitude) }
  }

  static func softsignGradient(_ y: Span<Float>, _ gradient: inout MutableSpan<Float>) {
    let n = gradient.count
    precondition(y.count == n)
    for i in 0..<n {
      let rest = 1 - y[i].magnitude
      gradient[i] *= rest * rest
    }
  }

  static func softplus(_ z: Span<Float>, _ y: inout MutableSpan<Float>) {
    let n = y.count
    precondition(z.count == n)
    for i in 0..<n { y[i] = Tensors.softplus(z[i]) }
  }

  static func softplusGradient(_ z: Span<Float>, _ gradient: inout MutableSpan<Float>) {
    let n = gradient.count
    precondition(z.count == n)
    for i in 0..<n { gradient[i] *= logistic(z[i]) }
  }

  /// λ and α of Klambauer et al. (2017), equations 14.
  static let seluScale: Float = 1.0507009873554805
  static let seluAlpha: Float = 1.6732632423543773

  static func selu(_ z: Span<Float>, _ y: inout MutableSpan<Float>) {
    let n = y.count
    precondition(z.count == n)
    for i in 0..<n {
      let value = z[i]
      y[i] = seluScale * (value > 0 ? value : seluAlpha * expm1f(value))
    }
  }

  static func seluGradient(_ y: Span<Float>, _ gradient: inout MutableSpan<Float>) {
    let n = gradient.count
    precondition(y.count == n)
    let (scale, atZero) = (seluScale, seluScale * seluAlpha)
    for i in 0..<n { gradient[i] *= y[i] > 0 ? scale : y[i] + atZero }
  }

  static func hardSigmoidGradient(_ y: Span<Float>, _ gradient: inout MutableSpan<Float>) {
    let n = gradient.count
    precondition(y.count == n)
    for i in 0..<n { gradient[i] *= y[i] > 0 && y[i] < 1 ? 1 / 6 : 0 }
  }
}
