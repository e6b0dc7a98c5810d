/// A layer that can apply max(y, 0) to its result by itself; a network lets it where a ReLU is the only
/// reader, which saves a pass over the data in each direction.
package protocol ReLUFusing: Layer {
  /// Whether the result is max(y, 0).
  var fusesReLU: Bool { get set }
}
