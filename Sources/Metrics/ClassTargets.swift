import Tensors

/// The true class of a sample, whichever way its target is written.
enum ClassTargets {
  /// The class of row `number`: the number itself where `targetWidth` is 1, else the place of the
  /// largest number of the row, the 1 of a one-hot row.
  static func classNumber(_ number: Int, of target: Span<Float>, targetWidth: Int) -> Int {
    if targetWidth == 1 { return Int(target[number]) }
    return argMax(target.extracting(number &* targetWidth..<(number &+ 1) &* targetWidth))
  }
}

/// Checks that spans fit each other and returns the number of samples.
///
/// - Precondition: `prediction` holds whole rows of `width`, `target` as many of `targetWidth`.
func sampleCount(
  prediction: Span<Float>, target: Span<Float>, width: Int, targetWidth: Int
) -> Int {
  precondition(width > 0 && targetWidth > 0, "widths of \(width) and \(targetWidth)")
  let rows = prediction.count / width
  precondition(
    prediction.count == rows * width && target.count == rows * targetWidth,
    "\(prediction.count) predictions of width \(width), \(target.count) targets of \(targetWidth)")
  return rows
}
