import Tensors

/// Mixes each sample with another one, inputs and targets alike.
///
///     x ← λ x + (1 − λ) x',  t ← λ t + (1 − λ) t',  λ ~ Beta(α, α)
///
/// The partner is drawn evenly from the whole training part, by the sample's key: not from the batch,
/// as in the paper and in Keras's `MixUp`, so that results depend neither on batches nor on ranks. What
/// stands before `mix_up` in the list has happened to the partner as well, by its own key. A sample
/// keeps its own weight. Partners within the class leave targets as they are, so that every objective can
/// take them.
///
/// Zhang et al., "mixup: Beyond Empirical Risk Minimization", ICLR 2018.
public struct MixUp: Augmentation {
  /// α, how evenly samples are mixed: with small ones nearly all of one, with 1 any share alike.
  public var alpha: Float

  /// Whether partners are drawn from the sample's class.
  public var isWithinClass: Bool

  /// A mixture by the given distribution.
  public init(alpha: Float = 0.2, withinClass: Bool = false) {
    self.alpha = alpha
    isWithinClass = withinClass
  }

  /// Inputs of every shape can be mixed.
  public func flaw(for shape: [Int]) -> String? { nil }

  /// The number of the partner among `count` samples.
  func partner(among count: Int, key: RandomKey) -> Int { key.derive(0).index(below: count) }

  /// λ.
  func share(key: RandomKey) -> Float { drawBeta(alpha: alpha, key: key.derive(1)) }
}

/// own ← λ own + (1 − λ) other
func mix(_ own: inout MutableSpan<Float>, with other: Span<Float>, share: Float) {
  let n = own.count
  precondition(other.count == n, "\(n) numbers mixed with \(other.count)")
  let rest = 1 - share
  for i in 0..<n { own[i] = share * own[i] + rest * other[i] }
}
