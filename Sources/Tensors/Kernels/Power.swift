/// baseⁿ by repeated squaring: the same bits with every C library.
///
/// - Precondition: `exponent` is not negative.
public func power(_ base: Double, _ exponent: Int) -> Double {
  precondition(exponent >= 0, "an exponent of \(exponent)")
  var (result, square, rest) = (1.0, base, exponent)
  while rest > 0 {
    if rest & 1 == 1 { result *= square }
    square *= square
    rest >>= 1
  }
  return result
}
