/// The key of one stream of random numbers: a run's seed, narrowed by purpose, layer, epoch, sample.
///
/// A draw is a pure function of its key and its position, never of the rank or of what was drawn
/// before.
public struct RandomKey: Hashable, Sendable {
  /// The two words of the Philox key.
  public let low: UInt32
  /// The second word.
  public let high: UInt32

  /// A key of two words.
  public init(low: UInt32, high: UInt32) {
    self.low = low
    self.high = high
  }
}
