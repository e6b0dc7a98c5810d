import Tensors

/// A random orthogonal matrix, times a gain.
///
///     A ~ N(0, 1),  A = Q R,  W = gain · Q · sign(diag R)
///
/// W is seen as the matrix of its first dimension by all others: `[out, in·kh·kw]`. Its rows are
/// orthonormal where there are no more rows than columns, else its columns; products of such
/// matrices neither explode nor vanish. The signs make Q uniform among the orthogonal matrices, and
/// unique.
///
/// Q comes of Householder's reflections in double precision, in an order that the shape alone
/// decides. Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep
/// linear neural networks", 2013; Mezzadri, "How to generate random matrices from the classical
/// compact groups", 2007. Keras's `orthogonal` (which takes the last dimension of its order for the
/// columns: the same matrix for dense weights), PyTorch's `orthogonal_`.
public struct Orthogonal: Initializer {
  /// The factor.
  public var gain: Float

  /// An orthogonal matrix times `gain`.
  public init(gain: Float = 1) { self.gain = gain }

  /// Fills `values` from draws keyed by `key`; fans do not matter.
  public func fill(
    _ values: inout MutableSpan<Float>, shape: Shape, fans: Fans, key: RandomKey
  ) {
    let rows = shape[0]
    guard rows > 0, values.count > 0 else { return }
    let columns = values.count / rows
    // The draws become long columns of A, whose count is the smaller extent.
    let (long, short) = (max(rows, columns), min(rows, columns))
    let draws = FloatStorage(count: values.count)
    var normal = draws.mutableSpan
    fillNormal(&normal, mean: 0, standardDeviation: 1, key: key)
    let q = Orthogonal.orthonormal(draws.span, length: long, count: short)
    for column in 0..<short {
      for i in 0..<long {
        let place = rows <= columns ? column * columns + i : i * columns + column
        values[place] = Float(Double(gain) * q[column * long + i])
      }
    }
  }

  /// A vector has no orthogonal rows.
  public func problem(with shape: Shape) -> String? {
    shape.rank > 1
      ? nil
      : "orthogonal needs at least two dimensions, but the shape is \(shape); use it for weights"
  }

  /// The `count` columns of Q for the matrix whose columns of `length` lie in `a` one after the other,
  /// each turned so that the diagonal of R is positive.
  private static func orthonormal(_ a: Span<Float>, length: Int, count: Int) -> [Double] {
    var reflectors = [Double](repeating: 0, count: length * count)
    for i in 0..<reflectors.count { reflectors[i] = Double(a[i]) }
    var signs = [Double](repeating: 1, count: count)
    reflectors.withUnsafeMutableBufferPointer { matrix in
      guard let base = matrix.baseAddress else { return }
      for k in 0..<count {
        let (v, rest) = (base + k * length + k, length - k)
        let norm = product(v, v, rest).squareRoot()
        // The reflection that adds what has the same sign loses no digits; R's diagonal is −that.
        signs[k] = v[0] > 0 ? -1 : 1
        v[0] -= signs[k] * norm
        let size = product(v, v, rest).squareRoot()
        for i in 0..<rest where size > 0 { v[i] /= size }
        for j in k + 1..<max(count, k + 1) { reflect(base + j * length + k, v, rest) }
      }
    }
    // Q is the product of the reflections: the unit vectors, reflected from the last to the first.
    var q = [Double](repeating: 0, count: length * count)
    for k in 0..<count { q[k * length + k] = signs[k] }
    q.withUnsafeMutableBufferPointer { q in
      reflectors.withUnsafeBufferPointer { v in
        guard let q = q.baseAddress, let v = v.baseAddress else { return }
        for k in (0..<count).reversed() {
          // Earlier columns are still zero from row k on, where the reflection acts.
          for j in k..<count { reflect(q + j * length + k, v + k * length + k, length - k) }
        }
      }
    }
    return q
  }

  /// x ← x − 2 (v·x) v for a vector v of length 1.
  private static func reflect(
    _ x: UnsafeMutablePointer<Double>, _ v: UnsafePointer<Double>, _ n: Int
  ) {
    let factor = 2 * product(x, v, n)
    for i in 0..<n { x[i] -= factor * v[i] }
  }

  /// Σ xᵢ yᵢ in eight lanes, added in order at the end.
  private static func product(
    _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, _ n: Int
  ) -> Double {
    var lanes = SIMD8<Double>.zero
    var i = 0
    while i <= n &- 8 {
      for lane in 0..<8 { lanes[lane] += x[i &+ lane] * y[i &+ lane] }
      i &+= 8
    }
    for lane in 0..<n - i { lanes[lane] += x[i + lane] * y[i + lane] }
    var total = 0.0
    for lane in 0..<8 { total += lanes[lane] }
    return total
  }
}
