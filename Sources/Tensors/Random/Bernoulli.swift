/// Fills `values` with scaled coin tosses: 0 with probability `p`, else 1/(1 − p).
///
/// This is dropout's mask: multiplied by it, an activation keeps its mean. Element `i` belongs to
/// position `position + i` of the key's stream and depends on nothing else. `p` is met to within
/// 2⁻³², and p = 1 silences everything.
///
/// Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", JMLR 2014.
///
/// - Precondition: 0 ≤ `p` ≤ 1 and `position` is not negative.
public func fillDropoutMask(
  _ values: inout MutableSpan<Float>, dropping p: Float, key: RandomKey,
  startingAt position: Int = 0
) {
  precondition(p >= 0 && p <= 1, "a probability of \(p)")
  if p == 1 { return fill(&values, with: 0) }
  // A word below the threshold drops; as p < 1, the threshold fits a word.
  let threshold = UInt32(Double(p) * 0x1p32)
  let kept = 1 / (1 - p)
  RandomWords.fill(&values, key: key, startingAt: position) { words, count, values in
    toss(words, count, threshold, kept, values)
  }
}

private func toss(
  _ words: UnsafePointer<UInt32>, _ count: Int, _ threshold: UInt32, _ kept: Float,
  _ values: UnsafeMutablePointer<Float>
) {
  for i in 0..<count { values[i] = words[i] < threshold ? 0 : kept }
}
