/// The name that was probably meant, for error messages.
public enum NearestName {
  /// The candidate nearest to `name`, or nil where none is near enough to be worth proposing.
  ///
  /// Near are names one of which contains the other (`kernel_size`, `kernel`), and names within a
  /// third of their letters by ``distance(_:_:)``.
  public static func nearest(to name: String, among candidates: [String]) -> String? {
    guard name.utf8.count <= 64 else { return nil }
    let lowered = name.lowercased()
    var best: (name: String, distance: Int)?
    for candidate in candidates {
      let length = max(lowered.count, candidate.count)
      var separation = distance(lowered, candidate)
      let contained =
        min(lowered.count, candidate.count) >= 3
        && (lowered.contains(candidate) || candidate.contains(lowered))
      if contained { separation = min(separation, max(1, length / 3)) }
      guard separation <= max(1, length / 3) else { continue }
      if best == nil || separation < best!.distance { best = (candidate, separation) }
    }
    return best?.name
  }

  /// The Damerau-Levenshtein distance in its restricted form ("optimal string alignment"): the
  /// fewest insertions, deletions, substitutions and exchanges of two neighbours.
  ///
  /// Damerau, "A technique for computer detection and correction of spelling errors", 1964.
  static func distance(_ first: String, _ second: String) -> Int {
    let a = Array(first)
    let b = Array(second)
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in 0..<a.count {
      var current = [i + 1] + [Int](repeating: 0, count: b.count)
      for j in 0..<b.count {
        let substitution = last[j] + (a[i] == b[j] ? 0 : 1)
        current[j + 1] = min(substitution, last[j + 1] + 1, current[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          current[j + 1] = min(current[j + 1], beforeLast[j - 1] + 1)
        }
      }
      beforeLast = last
      last = current
    }
    return last[b.count]
  }
}
