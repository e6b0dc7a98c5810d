/// Returns the `Double` whose halves are the elements `i` and `i` + 1, the lower half first.
@inlinable
@inline(__always)
public func doubleFromHalves(_ values: Span<Float>, at i: Int) -> Double {
  Double(bitPattern: UInt64(values[i].bitPattern) | UInt64(values[i &+ 1].bitPattern) << 32)
}

/// Stores the halves of `value` as the elements `i` and `i` + 1, the lower half first.
@inlinable
@inline(__always)
public func storeHalves(of value: Double, to values: inout MutableSpan<Float>, at i: Int) {
  let bits = value.bitPattern
  values[i] = Float(bitPattern: UInt32(truncatingIfNeeded: bits))
  values[i &+ 1] = Float(bitPattern: UInt32(truncatingIfNeeded: bits >> 32))
}

/// Adds vectors of `Double` that are stored as halves: y ← y + x.
///
/// - Precondition: both have the same, even count.
public func addHalves(_ x: Span<Float>, to y: inout MutableSpan<Float>) {
  let n = y.count
  precondition(x.count == n && n % 2 == 0, "\(x.count) halves added to \(n)")
  for i in stride(from: 0, to: n, by: 2) {
    storeHalves(of: doubleFromHalves(y.span, at: i) + doubleFromHalves(x, at: i), to: &y, at: i)
  }
}

/// Adds vectors of `Double` that are stored as halves: `sum` ← x + y.
///
/// - Precondition: all have the same, even count.
public func addHalves(_ x: Span<Float>, _ y: Span<Float>, into sum: inout MutableSpan<Float>) {
  let n = sum.count
  precondition(
    x.count == n && y.count == n && n % 2 == 0, "\(x.count) + \(y.count) halves into \(n)")
  for i in stride(from: 0, to: n, by: 2) {
    storeHalves(of: doubleFromHalves(x, at: i) + doubleFromHalves(y, at: i), to: &sum, at: i)
  }
}
