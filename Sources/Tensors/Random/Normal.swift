/// Fills `values` with draws from the normal distribution of the given mean and standard deviation.
///
/// The word's highest bit is the sign, the other 31 choose the probability of the tail beyond:
/// p = (k + ½) / 2³², so |z| reaches 6.3. Element `i` belongs to position `position + i` of the key's
/// stream and depends on nothing else. See ``fillTruncatedNormal(_:mean:standardDeviation:key:startingAt:)``
/// for draws that stay within two standard deviations.
///
/// - Precondition: both numbers are finite, `standardDeviation` and `position` not negative.
public func fillNormal(
  _ values: inout MutableSpan<Float>, mean: Float, standardDeviation: Float, key: RandomKey,
  startingAt position: Int = 0
) {
  precondition(
    mean.isFinite && standardDeviation.isFinite && standardDeviation >= 0,
    "a normal distribution of mean \(mean) and standard deviation \(standardDeviation)")
  RandomWords.fill(&values, key: key, startingAt: position) { words, count, values in
    bend(words, count, 0, 0x1p-32, mean, standardDeviation, values)
  }
}

/// Fills `values` with draws from the normal distribution cut off at two standard deviations.
///
/// Draws beyond are not repeated: p is drawn from [Φ(−2), ½] instead of (0, ½]. The standard deviation
/// after the cut is 0.87962566 times `standardDeviation`, as in Keras.
///
/// - Precondition: both numbers are finite, `standardDeviation` and `position` not negative.
public func fillTruncatedNormal(
  _ values: inout MutableSpan<Float>, mean: Float, standardDeviation: Float, key: RandomKey,
  startingAt position: Int = 0
) {
  precondition(
    mean.isFinite && standardDeviation.isFinite && standardDeviation >= 0,
    "a normal distribution of mean \(mean) and standard deviation \(standardDeviation)")
  let beyond = 0.022750131948179207  // Φ(−2)
  let scale = Float((0.5 - beyond) * 0x1p-31)
  RandomWords.fill(&values, key: key, startingAt: position) { words, count, values in
    bend(words, count, Float(beyond), scale, mean, standardDeviation, values)
  }
}

private func bend(
  _ words: UnsafePointer<UInt32>, _ count: Int, _ beyond: Float, _ scale: Float, _ mean: Float,
  _ standardDeviation: Float, _ values: UnsafeMutablePointer<Float>
) {
  for i in 0..<count {
    let p = beyond + (Float(Int32(bitPattern: words[i] & 0x7FFF_FFFF)) + 0.5) * scale
    let z = lowerNormalQuantile(p < 0.5 ? p : 0.5)
    let sign = words[i] & 0x8000_0000
    values[i] = mean + standardDeviation * Float(bitPattern: z.bitPattern ^ sign)
  }
}
