extension GnuplotScript {
  /// The finite coordinates of a panel's points along the axis `letter`, spreads included.
  static func coordinates(of panel: Panel, _ letter: String) -> [Double] {
    panel.series.flatMap(\.points).flatMap { point in
      letter == "x"
        ? [point.x] : [point.y, point.spread?.lowerBound ?? .nan, point.spread?.upperBound ?? .nan]
    }.filter(\.isFinite)
  }

  /// The range of `axis` as gnuplot reads it, for points with the coordinates `values`; with a margin, so
  /// that no line lies on the frame, if `hasMargin`.
  static func range(of axis: Panel.Axis, _ values: [Double], hasMargin: Bool) -> String {
    if let range = axis.range { return "\(number(range.lowerBound)):\(number(range.upperBound))" }
    guard let low = values.min(), let high = values.max() else { return "*:*" }
    // A single value would be a range without extent, about which gnuplot complains.
    if low == high {
      if axis.isWhole { return "\(number(low - 0.5)):\(number(high + 0.5))" }
      let margin = low == 0 ? 1 : low.magnitude * 0.1
      let top = axis.limit.map { high <= $0 ? min($0, high + margin) : high + margin }
      return axis.isLogarithmic
        ? "\(number(low / 2)):\(number(high * 2))"
        : "\(number(low - margin)):\(number(top ?? high + margin))"
    }
    if axis.isWhole { return "\(number(low)):\(number(high))" }
    guard hasMargin, !axis.isLogarithmic else { return "*:*" }
    let margin = 0.04 * (high - low)
    let bottom = low >= 0 ? max(0, low - margin) : low - margin
    let top = axis.limit.map { high <= $0 ? min($0, high + margin) : high + margin }
    return "\(number(bottom)):\(number(top ?? high + margin))"
  }

  /// The distance of at most `count` ticks at whole numbers over `values`: 1, 2 or 5 times a power of 10.
  static func wholeStep(_ values: [Double], count: Int) -> Int {
    let extent = (values.max() ?? 0) - (values.min() ?? 0)
    var power = 1
    while power < 1_000_000_000_000 {
      for factor in [1, 2, 5] where extent / Double(factor * power) <= Double(count) {
        return factor * power
      }
      power *= 10
    }
    return power
  }

  /// The vertical range of a heat map, whose first row is at the top.
  static func fromTheTop(_ panel: Panel) -> String {
    "set yrange [\(number(Double(panel.heat?.rows.count ?? 0) + 0.5)):0.5]"
  }

  /// The cells of a heat map as a block of data, and its texts as one more.
  static func data(of heat: HeatMap, _ panel: Int) -> [String] {
    var lines = ["$h\(panel) << END"]
    for row in heat.rows { lines.append(row.map(number).joined(separator: " ")) }
    lines.append("END")
    guard !heat.labels.isEmpty else { return lines }
    let top = heat.rows.flatMap { $0 }.filter(\.isFinite).max() ?? 0
    for isDark in [false, true] {
      lines.append("$\(isDark ? "b" : "a")\(panel) << END")
      lines.append("NaN NaN \"\"")
      for (y, row) in heat.labels.enumerated() {
        for (x, text) in row.enumerated() where (heat.rows[y][x] > 0.55 * top) == isDark {
          // Within a block a text stands in double quotes, where only digits and marks of numbers are put.
          lines.append("\(x + 1) \(y + 1) \"\(text.filter { "0123456789.,%- ".contains($0) })\"")
        }
      }
      lines.append("END")
    }
    return lines
  }

  /// What plots a heat map and its texts: white on dark cells, black on light ones.
  static func cells(of heat: HeatMap, _ panel: Int) -> [String] {
    let cells = "$h\(panel) matrix using ($1+1):($2+1):3 with image notitle"
    guard !heat.labels.isEmpty else { return [cells] }
    return [cells]
      + [("a", "#000000"), ("b", "#ffffff")].map { block, color in
        "$\(block)\(panel) using 1:2:3 with labels textcolor rgb '\(color)' notitle"
      }
  }
}
