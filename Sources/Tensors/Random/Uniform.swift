/// Fills `values` with numbers drawn evenly from [`low`, `high`).
///
///     u = ⌊word / 2⁸⌋ / 2²⁴        value = low + (high − low) · u
///
/// u has 24 bits, all that a `Float` below 1 can tell apart. Element `i` belongs to position
/// `position + i` of the key's stream and depends on nothing else. Where rounding would reach `high`,
/// the number just below is taken.
///
/// - Precondition: `low` < `high`, and their difference is finite; `position` is not negative.
public func fillUniform(
  _ values: inout MutableSpan<Float>, low: Float, high: Float, key: RandomKey,
  startingAt position: Int = 0
) {
  precondition(low < high && (high - low).isFinite, "a uniform distribution on [\(low), \(high))")
  RandomWords.fill(&values, key: key, startingAt: position) { words, count, values in
    stretch(words, count, low, high, values)
  }
}

private func stretch(
  _ words: UnsafePointer<UInt32>, _ count: Int, _ low: Float, _ high: Float,
  _ values: UnsafeMutablePointer<Float>
) {
  let step = (high - low) * 0x1p-24
  let last = high.nextDown
  for i in 0..<count {
    let value = low + step * Float(Int32(bitPattern: words[i] &>> 8))
    values[i] = value < last ? value : last
  }
}
