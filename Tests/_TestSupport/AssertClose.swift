/// Where `actual` is not within `relative`·|expected| + `absolute` of `expected`: at most five lines,
/// none where all is well.
///
///     #expect(mismatches(gradient, golden, relative: 1e-5) == [])
///
/// NaN agrees with nothing, an infinity with itself alone, and lists of different lengths differ.
public func mismatches(
  _ actual: [Float], _ expected: [Double], relative: Double = 1e-6, absolute: Double = 0
) -> [String] {
  mismatches(actual.map(Double.init), expected, relative: relative, absolute: absolute)
}

/// The same for numbers in double precision.
public func mismatches(
  _ actual: [Double], _ expected: [Double], relative: Double = 1e-6, absolute: Double = 0
) -> [String] {
  guard actual.count == expected.count else {
    return ["\(actual.count) numbers where \(expected.count) were expected"]
  }
  var lines = [String]()
  for (place, (a, e)) in zip(actual, expected).enumerated() {
    let tolerance = e.isFinite ? relative * abs(e) + absolute : 0
    if a == e || abs(a - e) <= tolerance { continue }
    lines.append("[\(place)] \(a) where \(e) was expected, off by \(abs(a - e)) > \(tolerance)")
    if lines.count == 5 { break }
  }
  return lines
}

/// How far `actual` is from `expected` in units of the last place of the nearest `Float`.
///
/// Equal infinities and two NaN are 0 apart; otherwise what is not finite is infinitely far.
public func ulps(_ actual: Float, _ expected: Double) -> Double {
  let nearest = Float(expected)
  if actual.isNaN && nearest.isNaN || actual == nearest && !nearest.isFinite { return 0 }
  guard actual.isFinite && nearest.isFinite else { return .infinity }
  return abs(Double(actual) - expected) / Double(nearest.ulp)
}
