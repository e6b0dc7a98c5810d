import Tensors

/// Adds up the losses of elements, taken in pieces, to Σᵢ wᵢ·(Σⱼ ℓᵢⱼ)/D.
///
/// The elements of a row are added in order and in `Double`, so the pieces change no bit.
struct WeightedRows {
  /// The sum over the rows that are complete.
  private(set) var total = 0.0
  private let width: Int
  private let divisor: Double
  private var loss = 0.0
  private var row = 0
  private var place = 0

  /// Sums of rows of `width` losses, each divided by `divisor`.
  init(width: Int, divisor: Int) {
    self.width = width
    self.divisor = Double(divisor)
  }

  /// Adds the next losses.
  mutating func add(_ losses: Span<Float>, weights: Span<Float>) {
    var i = 0
    while i < losses.count {
      let end = min(losses.count, i &+ width &- place)
      place &+= end &- i
      while i < end {
        loss += Double(losses[i])
        i &+= 1
      }
      guard place == width else { return }
      total += Double(weights[row]) * (loss / divisor)
      (loss, place) = (0, 0)
      row &+= 1
    }
  }
}
