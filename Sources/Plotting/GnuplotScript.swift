/// The words that let gnuplot draw a ``Chart``: complete, with the data within.
///
/// Words that come from elsewhere, such as titles and names of series, stand in single quotes, where
/// gnuplot neither expands nor executes anything, with their own single quotes turned into apostrophes
/// (gnuplot takes a doubled quote at the start of a text for its end) and control characters replaced; "noenhanced" keeps it from reading marks within them. Numbers are printed by us.
public struct GnuplotScript: Sendable {
  /// The script.
  public let text: String

  /// The colors of Okabe and Ito, which people see apart whatever they see of colors.
  private static let colors = [
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8C6D00",
  ]

  /// The script that draws `chart` as `format` to the standard output.
  public init(_ chart: Chart, format: PictureFormat) {
    let rows = chart.rows
    let width = chart.columns * chart.panelWidth
    let height = rows.reduce(GnuplotScript.titleHeight) { $0 + chart.height(ofRow: $1) }
    let size = "\(width),\(Int(height.rounded()))"
    var lines = [
      "set encoding utf8",
      format == .svg
        ? "set terminal svg noenhanced size \(size) font 'sans-serif,12' background '#ffffff'"
        : "set terminal pngcairo noenhanced size \(size) font 'sans,9' background '#ffffff'",
      "set datafile missing 'NaN'",
      "set grid lc rgb '#dddddd' lw 0.5",
      "set border lc rgb '#555555'",
      "set tics textcolor rgb '#222222'",
      "set key noenhanced outside center top horizontal samplen 2 spacing 1.0",
      "set palette defined (0 '#ffffff', 0.5 '#6baed6', 1 '#08306b')",
      "set cbrange [0:*]",
      "unset colorbox",
    ]
    for (index, panel) in chart.panels.enumerated() {
      lines += GnuplotScript.data(of: panel, index)
    }
    lines.append("set multiplot title \(GnuplotScript.quote(chart.title))")
    var top = height - GnuplotScript.titleHeight
    for row in rows {
      let rowHeight = chart.height(ofRow: row)
      top -= rowHeight
      for (place, index) in row.enumerated() {
        let panel = chart.panels[index]
        let columns = Double(chart.columns)
        lines += [
          "set origin \(GnuplotScript.number(Double(place) / columns)),"
            + GnuplotScript.number(max(0, top) / height),
          "set size \(panel.isWide ? "1" : GnuplotScript.number(1 / columns)),"
            + GnuplotScript.number(rowHeight / height),
        ]
        lines += GnuplotScript.commands(for: panel, index)
      }
    }
    lines.append("unset multiplot")
    text = lines.joined(separator: "\n") + "\n"
  }

  /// The points above the panels that the title takes.
  private static let titleHeight = 30.0

  /// `text` as gnuplot takes it literally.
  static func quote(_ text: String) -> String {
    let safe = text.unicodeScalars.map { scalar -> String in
      if scalar == "'" { return "’" }
      let isControl =
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x61C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
      return isControl ? " " : String(scalar)
    }
    return "'" + safe.joined() + "'"
  }

  /// A number as gnuplot reads it.
  static func number(_ value: Double) -> String { value.isFinite ? "\(Float(value))" : "NaN" }

  private static func name(_ panel: Int, _ series: Int) -> String { "$d\(panel)_\(series)" }

  /// The numbers of a panel as blocks of data, and its lines of equal height as one more.
  private static func data(of panel: Panel, _ index: Int) -> [String] {
    var lines: [String] = []
    for (number, series) in panel.series.enumerated() {
      lines.append("\(name(index, number)) << END")
      for point in series.points {
        let values = [
          point.x, point.y, point.spread?.lowerBound ?? .nan, point.spread?.upperBound ?? .nan,
        ]
        lines.append(values.map(GnuplotScript.number).joined(separator: " "))
      }
      if series.points.isEmpty { lines.append("NaN NaN NaN NaN") }
      lines.append("END")
    }
    if let heat = panel.heat { lines += data(of: heat, index) }
    guard let contours = panel.contours else { return lines }
    lines.append("$g\(index) << END")
    for (row, y) in contours.y.enumerated() {
      for (column, x) in contours.x.enumerated() {
        let height = contours.heights[row * contours.x.count + column]
        lines.append([x, y, height].map(GnuplotScript.number).joined(separator: " "))
      }
      lines.append("")
    }
    lines += [
      "END",
      "set contour base",
      "unset surface",
      "set cntrparam levels discrete "
        + contours.levels.map(GnuplotScript.number).joined(separator: ","),
      "set table $c\(index)",
      "splot $g\(index) using 1:2:3 with lines",
      "unset table",
      "unset contour",
      "set surface",
    ]
    return lines
  }

  private static func commands(for panel: Panel, _ index: Int) -> [String] {
    var lines = ["set title \(quote(panel.title))"]
    for (letter, axis) in [("x", panel.x), ("y", panel.y)] {
      lines.append(
        "set \(letter)label \(quote(axis.label))" + (letter == "x" ? " offset 0,0.4" : ""))
      lines.append(axis.isLogarithmic ? "set logscale \(letter) 10" : "unset logscale \(letter)")
      lines.append("set format \(letter) '%g'")
      lines.append("unset m\(letter)tics")
      let values = coordinates(of: panel, letter)
      lines.append(
        "set \(letter)range [\(range(of: axis, values, hasMargin: letter == "y"))]")
      if panel.heat != nil, letter == "y" { lines.append(fromTheTop(panel)) }
      if axis.names.isEmpty {
        let step = axis.isWhole ? wholeStep(values, count: panel.isWide ? 16 : 8) : nil
        lines.append("set \(letter)tics \(step.map { "0,\($0)" } ?? "autofreq") norotate")
      } else {
        let tics = axis.names.enumerated().map { "\(quote($1)) \($0 + 1)" }
        let isRotated = letter == "x" && axis.names.contains { $0.count > 3 }
        lines.append(
          "set \(letter)tics (\(tics.joined(separator: ", ")))"
            + " \(isRotated ? "rotate by -35" : "norotate") noenhanced")
      }
    }
    var parts = panel.heat.map { cells(of: $0, index) } ?? []
    if panel.contours != nil {
      parts.append("$c\(index) using 1:2 with lines lc rgb '#bbbbbb' lw 0.7 notitle")
    }
    for (number, series) in panel.series.enumerated() where hasSpread(series) {
      parts.append(
        "\(name(index, number)) using 1:3:4 with filledcurves lc rgb '\(color(series))'"
          + " fs transparent solid 0.18 noborder notitle")
    }
    for (number, series) in panel.series.enumerated() {
      parts.append(
        "\(name(index, number)) using 1:2 \(style(series)) \(title(series))")
    }
    lines.append("plot " + parts.joined(separator: ", \\\n  "))
    return lines
  }

  private static func hasSpread(_ series: Series) -> Bool {
    series.points.contains { $0.spread != nil }
  }

  private static func color(_ series: Series) -> String {
    colors[series.color % colors.count]
  }

  private static func title(_ series: Series) -> String {
    series.name.isEmpty ? "notitle" : "title \(quote(series.name)) noenhanced"
  }

  private static func style(_ series: Series) -> String {
    let dash = series.isDashed ? " dt 2" : ""
    let line = "lc rgb '\(color(series))'"
    return switch series.style {
    case .line: "with lines \(line) lw 1.4\(dash)"
    case .marks: "with linespoints \(line) lw 1.2 pt 7 ps 0.45\(dash)"
    case .points: "with points \(line) pt 7 ps 0.9"
    case .stars: "with points \(line) pt 3 ps 1.4 lw 1.8"
    case .triangles: "with points \(line) pt 9 ps 1.1"
    }
  }
}
