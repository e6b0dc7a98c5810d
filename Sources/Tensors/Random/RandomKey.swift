/// The key of one stream of random numbers: a run's seed, narrowed by purpose, layer, epoch, sample.
///
/// A draw is a pure function of its key and its position, never of the rank or of what was drawn
/// before:
///
///     RandomKey(seed: 1, purpose: .dropout).derive(layer).derive(step)
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

  /// The key of one purpose of a seed.
  public init(seed: UInt64, purpose: RandomPurpose) {
    let seedKey = RandomKey(
      low: UInt32(truncatingIfNeeded: seed), high: UInt32(truncatingIfNeeded: seed >> 32))
    self = seedKey.child(UInt64(purpose.rawValue), domain: .purpose)
  }

  /// This key narrowed by `value`: a layer, an epoch, a step, a sample.
  ///
  /// One block of ``Philox`` at a counter that no draw uses. The order counts:
  /// `derive(a).derive(b)` is not `derive(b).derive(a)`.
  public func derive(_ value: UInt64) -> RandomKey {
    child(value, domain: .derivation)
  }

  /// The fourth word of a counter keeps keys, made here, apart from draws, which have 0 there.
  private enum Domain: UInt32 {
    case purpose = 1
    case derivation = 2
  }

  private func child(_ value: UInt64, domain: Domain) -> RandomKey {
    let counter = SIMD4(
      UInt32(truncatingIfNeeded: value), UInt32(truncatingIfNeeded: value >> 32), 0, domain.rawValue
    )
    let words = Philox.block(counter, key: self)
    return RandomKey(low: words[0], high: words[1])
  }
}
