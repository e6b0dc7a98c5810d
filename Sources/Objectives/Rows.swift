import Tensors

/// The rows of a minibatch as an objective sees them: their number, checked against every span.
enum Rows {
  /// The number of samples.
  ///
  /// - Precondition: the counts fit `width` predictions, `targetWidth` targets and one weight per
  ///   sample.
  static func count(
    prediction: Span<Float>, target: Span<Float>, weights: Span<Float>, width: Int,
    targetWidth: Int
  ) -> Int {
    let rows = weights.count
    precondition(
      width > 0 && prediction.count == rows * width && target.count == rows * targetWidth,
      "\(rows) weights, \(prediction.count) predictions of width \(width), \(target.count) targets")
    return rows
  }

  /// The elements of one row.
  @_lifetime(copy values)
  static func row(_ number: Int, of values: Span<Float>, width: Int) -> Span<Float> {
    values.extracting(number &* width..<(number &+ 1) &* width)
  }

  /// The class of one row.
  ///
  /// - Precondition: it is a whole number from 0 to `width` − 1; data sets see to that.
  static func classNumber(_ number: Int, of target: Span<Float>, width: Int) -> Int {
    let value = target[number]
    precondition(
      value >= 0 && value < Float(width), "class \(value) where there are \(width) classes")
    return Int(value)
  }
}
