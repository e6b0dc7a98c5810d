extension Series {
  /// The points, at most about `count` of them: of each of `count` / 2 pieces of equal length the lowest and
  /// the highest point, so that no peak is lost.
  public static func thinned(_ points: [Point], to count: Int = 1000) -> [Point] {
    guard points.count > count, count >= 4 else { return points }
    let pieces = count / 2
    var kept: [Point] = []
    for piece in 0..<pieces {
      let range = piece * points.count / pieces..<(piece + 1) * points.count / pieces
      let finite = range.filter { points[$0].y.isFinite }
      guard let low = finite.min(by: { points[$0].y < points[$1].y }),
        let high = finite.max(by: { points[$0].y < points[$1].y })
      else {
        // A gap stays a gap.
        kept.append(points[range.lowerBound])
        continue
      }
      kept += Set([low, high]).sorted().map { points[$0] }
    }
    return kept
  }
}
