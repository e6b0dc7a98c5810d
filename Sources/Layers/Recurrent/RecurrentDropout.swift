import Tensors

/// The dropout of one direction of a recurrent layer in training: one mask for the inputs and one for the
/// states of each sample, the same throughout its sequence.
///
/// A mask is a function of (seed, layer, training step, sample, direction), so it does not depend on the
/// rank. Gal and Ghahramani, "A Theoretically Grounded Application of Dropout in Recurrent Neural
/// Networks", NIPS 2016.
final class RecurrentDropout {
  /// Whether inputs are dropped.
  let dropsInputs: Bool
  /// Whether states are dropped from the recurrent product.
  let dropsStates: Bool
  private let inputRate: Float
  private let stateRate: Float
  private let features: Int
  private let units: Int
  private let direction: UInt64
  private let site: LayerSite

  /// The masks that `settings` ask for; nil in inference and where nothing is dropped.
  init?(_ settings: RecurrentSettings, direction: UInt64, site: LayerSite) {
    (inputRate, stateRate) = (settings.dropout, settings.recurrentDropout)
    (dropsInputs, dropsStates) = (inputRate > 0, stateRate > 0)
    guard site.isTraining, dropsInputs || dropsStates else { return nil }
    (features, units) = (site.inputs[0].shape[1], settings.units)
    (self.direction, self.site) = (direction, site)
  }

  /// Draws the masks of the samples of this pass, a row for each.
  func draw(inputs: UnsafeMutablePointer<Float>, states: UnsafeMutablePointer<Float>) {
    for row in 0..<site.rows {
      let key = site.noiseKey(row: row).derive(direction)
      if dropsInputs { toss(inputs + row * features, features, inputRate, key.derive(0)) }
      if dropsStates { toss(states + row * units, units, stateRate, key.derive(1)) }
    }
  }

  private func toss(
    _ mask: UnsafeMutablePointer<Float>, _ count: Int, _ rate: Float, _ key: RandomKey
  ) {
    var values = UnsafeMutableBufferPointer(start: mask, count: count).mutableSpan
    fillDropoutMask(&values, dropping: rate, key: key)
  }

  /// Multiplies rows of `count` floats, `stride` apart, by those of `mask`.
  func multiply(
    _ values: UnsafeMutablePointer<Float>, stride: Int, by mask: UnsafeMutablePointer<Float>,
    count: Int
  ) {
    for row in 0..<site.rows {
      let (y, m) = (values + row * stride, UnsafePointer(mask + row * count))
      for j in 0..<count { y[j] *= m[j] }
    }
  }

  /// Writes the states, multiplied by their mask, to another place.
  func copy(
    _ states: UnsafeMutablePointer<Float>, stride: Int, to target: UnsafeMutablePointer<Float>,
    stride targetStride: Int, by mask: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<site.rows {
      let (from, m) = (UnsafePointer(states + row * stride), UnsafePointer(mask + row * units))
      let to = target + row * targetStride
      for j in 0..<units { to[j] = from[j] * m[j] }
    }
  }
}
