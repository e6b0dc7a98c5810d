import Tensors

/// `sum[i] = sum[i] + other[i]`
func add(_ other: Span<Float>, to sum: inout MutableSpan<Float>) {
  let n = sum.count
  precondition(other.count == n, "\(other.count) elements are added to \(n)")
  for i in 0..<n { sum[i] = sum[i] + other[i] }
}

/// `sum[i] = sum[i] + (first[i] + second[i])`
func add(_ first: Span<Float>, _ second: Span<Float>, to sum: inout MutableSpan<Float>) {
  let n = sum.count
  precondition(
    first.count == n && second.count == n, "\(first.count), \(second.count) added to \(n)")
  for i in 0..<n { sum[i] = sum[i] + (first[i] + second[i]) }
}

/// `sum[i] = sum[i] + ((first[i] + second[i]) + third[i])`
func add(
  _ first: Span<Float>, _ second: Span<Float>, _ third: Span<Float>,
  to sum: inout MutableSpan<Float>
) {
  let n = sum.count
  precondition(
    first.count == n && second.count == n && third.count == n,
    "\(first.count), \(second.count), \(third.count) added to \(n)")
  for i in 0..<n { sum[i] = sum[i] + ((first[i] + second[i]) + third[i]) }
}

/// `sum[i] = left[i] + right[i]`
func add(_ left: Span<Float>, _ right: Span<Float>, into sum: inout MutableSpan<Float>) {
  let n = sum.count
  precondition(left.count == n && right.count == n, "\(left.count) + \(right.count) into \(n)")
  for i in 0..<n { sum[i] = left[i] + right[i] }
}

/// `copy[i] = original[i]`
func copy(_ original: Span<Float>, to copy: inout MutableSpan<Float>) {
  let n = copy.count
  precondition(original.count == n, "\(original.count) elements are copied to \(n)")
  for i in 0..<n { copy[i] = original[i] }
}

/// `sum = sum + other`, where elements from `floats` on are the halves of `Double`.
func add(_ other: Span<Float>, to sum: inout MutableSpan<Float>, floats: Int) {
  let n = sum.count
  guard floats < n else { return Collectives.add(other, to: &sum) }
  var head = sum._mutatingExtracting(0..<floats)
  Collectives.add(other.extracting(0..<floats), to: &head)
  var rest = sum._mutatingExtracting(floats..<n)
  addHalves(other.extracting(floats..<n), to: &rest)
}

/// `sum = left + right`, where elements from `floats` on are the halves of `Double`.
func add(
  _ left: Span<Float>, _ right: Span<Float>, into sum: inout MutableSpan<Float>, floats: Int
) {
  let n = sum.count
  guard floats < n else { return add(left, right, into: &sum) }
  var head = sum._mutatingExtracting(0..<floats)
  add(left.extracting(0..<floats), right.extracting(0..<floats), into: &head)
  var rest = sum._mutatingExtracting(floats..<n)
  addHalves(left.extracting(floats..<n), right.extracting(floats..<n), into: &rest)
}
