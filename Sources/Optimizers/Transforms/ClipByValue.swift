/// Clips each element.
///
///     g ← max(−v, min(v, g))
///
/// v is `limit`.
public func clipByValue(_ gradient: inout MutableSpan<Float>, limit: Float) {
  for i in 0..<gradient.count { gradient[i] = max(-limit, min(limit, gradient[i])) }
}
