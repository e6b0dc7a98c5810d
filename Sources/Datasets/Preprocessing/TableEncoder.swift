/// Rewrites the rows of a table: numbers filled and rescaled in double precision, categories as one-hot
/// groups.
struct TableEncoder {
  /// The numbers of a row before.
  let inputWidth: Int
  /// The numbers of a row after.
  let outputWidth: Int
  /// Where each column begins in a row after.
  private let offsets: [Int]
  /// What stands in for NaN; NaN where nothing does.
  private let fills: [Double]
  private let shifts: [Double]
  private let scales: [Double]
  /// For columns of categories, where the places of its categories begin in `places`; −1 otherwise.
  private let tables: [Int]
  /// The place of each category in its group; −1 for those without one.
  private let places: [Int]

  /// The encoder that `columns` describe, with the numbers' map.
  ///
  /// - Parameter categoryCounts: The number of categories that each column may hold.
  init(
    _ columns: [Preprocessing.Column], shift: [Double], scale: [Double], categoryCounts: [Int]
  ) {
    var (offsets, tables, places) = ([Int](), [Int](), [Int]())
    var width = 0
    for (column, categoryCount) in zip(columns, categoryCounts) {
      offsets.append(width)
      guard let categories = column.categories else {
        tables.append(-1)
        width += 1
        continue
      }
      tables.append(places.count)
      var group = [Int](repeating: -1, count: categoryCount)
      for (place, category) in categories.enumerated() { group[category] = place }
      places += group
      width += categories.count
    }
    inputWidth = columns.count
    outputWidth = width
    self.offsets = offsets
    self.tables = tables
    self.places = places
    fills = columns.map { $0.fill ?? .nan }
    shifts = shift
    scales = scale
  }

  /// Writes the encoded `rows` to `output`.
  func encode(_ rows: Span<Double>, into output: inout MutableSpan<Float>) {
    let count = rows.count / inputWidth
    precondition(rows.count == count * inputWidth && output.count == count * outputWidth)
    for i in 0..<output.count { output[i] = 0 }
    for k in 0..<count {
      for column in 0..<inputWidth {
        let value = rows[k * inputWidth + column]
        let start = k * outputWidth + offsets[column]
        let table = tables[column]
        if table < 0 {
          let number = value.isNaN ? fills[column] : value
          output[start] = Float((number - shifts[column]) * scales[column])
        } else {
          let place = places[table + Int(value)]
          if place >= 0 { output[start + place] = 1 }
        }
      }
    }
  }
}
