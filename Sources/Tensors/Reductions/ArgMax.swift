/// The place of the largest element, the first of several; NaN is passed over, and 0 is the answer
/// where nothing is larger than −∞.
///
/// - Precondition: `x` is not empty.
public func argMax(_ x: Span<Float>) -> Int {
  precondition(!x.isEmpty, "the largest of no elements")
  var place = 0
  var largest = -Float.infinity
  for i in 0..<x.count where x[i] > largest {
    largest = x[i]
    place = i
  }
  return place
}
