import Datasets

/// Inputs that lose differences when they are rounded to single precision.
enum RoundedInputs {
  /// Up to here every whole number is exact in single precision.
  private static let greatestExact = Double(1 << 24)

  /// A note where `training` has numbers that single precision does not tell apart, and no step of
  /// `preprocessing` brings them near 0 before.
  ///
  /// - Throws: Where the inputs cannot be read.
  static func note(
    _ training: any GatheringDataset, _ preprocessing: Preprocessing
  ) throws(DatasetError) -> String? {
    guard training.isWide,
      !preprocessing.steps.contains(where: { $0 == .standardize || $0 == .minMax })
    else { return nil }
    let (block, width) = (256, training.inputWidth)
    var numbers = [Double](repeating: 0, count: block * width)
    for first in stride(from: 0, to: training.count, by: block) {
      let samples = Array(first..<min(first + block, training.count))
      var all = numbers.mutableSpan
      var room = all._mutatingExtracting(first: samples.count * width)
      try training.gatherNumbers(samples.span, into: &room)
      let found = numbers[..<(samples.count * width)].firstIndex {
        abs($0) > greatestExact && Double(Float($0)) != $0
      }
      guard let found else { continue }
      return
        "inputs such as \(numbers[found]) are rounded to \(Float(numbers[found])): single precision"
        + " tells whole numbers apart up to \(1 << 24); add standardize or min_max to data.preprocess,"
        + " which work in double precision"
    }
    return nil
  }
}
