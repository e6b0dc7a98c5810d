/// A figure of one or several panels, told in numbers and words; ``Gnuplot`` draws it.
public struct Chart: Sendable {
  /// The title above all panels.
  public var title: String
  /// The panels, row by row.
  public var panels: [Panel]
  /// The panels of a row.
  public var columns: Int
  /// The width of a panel in points.
  public var panelWidth = 520
  /// The height of a panel in points.
  public var panelHeight = 400

  /// A figure of `panels`, `columns` in a row.
  public init(_ title: String, panels: [Panel], columns: Int = 2) {
    precondition(!panels.isEmpty && columns > 0, "\(panels.count) panels in rows of \(columns)")
    self.title = title
    self.panels = panels
    self.columns = min(columns, panels.count)
  }

  /// The indices of the panels, row by row; a wide panel has a row of its own.
  var rows: [[Int]] {
    var rows: [[Int]] = []
    var isOpen = false
    for (index, panel) in panels.enumerated() {
      if isOpen, !panel.isWide, rows[rows.count - 1].count < columns {
        rows[rows.count - 1].append(index)
      } else {
        rows.append([index])
      }
      isOpen = !panel.isWide
    }
    return rows
  }

  /// The height of a row in points: that of its tallest panel.
  func height(ofRow row: [Int]) -> Double {
    (row.map { panels[$0].heightShare }.max() ?? 1) * Double(panelHeight)
  }
}

/// One pair of axes and what is drawn between them.
public struct Panel: Sendable {
  /// One of the axes.
  public struct Axis: Sendable {
    /// What it counts.
    public var label: String
    /// Whether equal ratios are equally far apart.
    public var isLogarithmic: Bool
    /// The part that is shown; nil is what the numbers need.
    public var range: ClosedRange<Double>?
    /// Names in place of numbers, at 1, 2, …
    public var names: [String]
    /// Whether ticks are at whole numbers only, such as epochs.
    public var isWhole = false
    /// The largest value that is shown, unless a point lies above it: 1 of an accuracy.
    public var limit: Double?

    /// An axis called `label`.
    public init(
      _ label: String, isLogarithmic: Bool = false, range: ClosedRange<Double>? = nil,
      names: [String] = [], isWhole: Bool = false, limit: Double? = nil
    ) {
      self.isWhole = isWhole
      self.limit = limit
      self.label = label
      self.isLogarithmic = isLogarithmic
      self.range = range
      self.names = names
    }
  }

  /// The title above the panel.
  public var title: String
  /// The axis from left to right.
  public var x: Axis
  /// The axis from bottom to top.
  public var y: Axis
  /// What is drawn, the last one on top.
  public var series: [Series]
  /// Lines of equal height below everything.
  public var contours: Contours?
  /// Colored cells below everything.
  public var heat: HeatMap?
  /// Whether the panel takes the whole width of the figure.
  public var isWide = false
  /// The height of the panel, as a multiple of the figure's `panelHeight`.
  public var heightShare = 1.0

  /// A panel of the given parts.
  public init(_ title: String, x: Axis, y: Axis, series: [Series], contours: Contours? = nil) {
    self.title = title
    self.x = x
    self.y = y
    self.series = series
    self.contours = contours
  }
}

/// Points that belong together.
public struct Series: Sendable {
  /// One point; a number that is not finite leaves a gap.
  public struct Point: Sendable {
    /// The place from left to right.
    public var x: Double
    /// The place from bottom to top.
    public var y: Double
    /// How far the values spread about it.
    public var spread: ClosedRange<Double>?

    /// A point, with the spread of values about it where there is one.
    public init(_ x: Double, _ y: Double, spread: ClosedRange<Double>? = nil) {
      self.x = x
      self.y = y
      self.spread = spread
    }
  }

  /// How points are drawn.
  public enum Style: Sendable {
    /// A line from point to point.
    case line
    /// A line with a mark at every point.
    case marks
    /// One mark at each point and no line.
    case points
    /// A star at each point and no line.
    case stars
    /// A triangle at each point and no line.
    case triangles
  }

  /// The name in the key; empty for none.
  public var name: String
  /// The points.
  public var points: [Point]
  /// How they are drawn.
  public var style: Style
  /// The number of the color; series of one number have one color.
  public var color: Int
  /// Whether the line is broken.
  public var isDashed: Bool

  /// Points called `name`.
  public init(
    _ name: String, _ points: [Point], style: Style = .line, color: Int = 0,
    isDashed: Bool = false
  ) {
    self.name = name
    self.points = points
    self.style = style
    self.color = color
    self.isDashed = isDashed
  }
}

/// The lines of equal height of a function on a grid.
public struct Contours: Sendable {
  /// The places of the columns.
  public var x: [Double]
  /// The places of the rows.
  public var y: [Double]
  /// The heights, row by row.
  public var heights: [Double]
  /// The heights at which there is a line.
  public var levels: [Double]

  /// The lines at `levels` of a function whose values on the grid `x` × `y` are `heights`.
  ///
  /// - Precondition: there are as many heights as places.
  public init(x: [Double], y: [Double], heights: [Double], levels: [Double]) {
    precondition(
      heights.count == x.count * y.count,
      "\(heights.count) heights on a grid of \(x.count) × \(y.count)")
    self.x = x
    self.y = y
    self.heights = heights
    self.levels = levels
  }
}

/// A matrix as colored cells, from white for its smallest value to dark blue for its largest.
public struct HeatMap: Sendable {
  /// The values, row by row from the top.
  public var rows: [[Double]]
  /// The texts within the cells, row by row; empty for none.
  public var labels: [[String]]

  /// The cells of `rows`, all of one length, with the texts `labels` within them.
  ///
  /// - Precondition: there is at least one cell, and no row is shorter than another.
  public init(rows: [[Double]], labels: [[String]] = []) {
    precondition(
      !rows.isEmpty && !rows[0].isEmpty && rows.allSatisfy { $0.count == rows[0].count },
      "\(rows.count) rows of \(rows.map(\.count)) cells")
    self.rows = rows
    self.labels = labels
  }
}
