/// σ(x) = 1 / (1 + e⁻ˣ) in straight-line arithmetic, which loops vectorize; within 4 ulp.
///
/// `+∞` gives 1, `−∞` gives 0, NaN gives NaN.
@inlinable
@inline(__always)
public func logistic(_ x: Float) -> Float { 1 / (1 + exponential(-x)) }
