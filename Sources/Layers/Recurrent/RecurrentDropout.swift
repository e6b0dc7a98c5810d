import Tensors

/// The dropout of one direction of a recurrent layer in training: one mask for the inputs and one for the
/// states of each sample, the same in all steps.
///
/// A mask is a function of (seed, layer, step, sample, direction), so it does not depend on the rank.
/// Gal and Ghahramani, "A Theoretically Grounded Application of Dropout in Recurrent Neural Networks",
/// NIPS 2016.
struct RecurrentDropout {
  /// Whether inputs are dropped.
  let dropsInputs: Bool
  /// Whether states are dropped from the recurrent product.
  let dropsStates: Bool
  private let settings: RecurrentSettings
  private let direction: UInt64
  private let site: LayerSite
  private let features: Int

  /// The masks that `settings` ask for; nil in inference and where nothing is dropped.
  init?(_ settings: RecurrentSettings, direction: UInt64, site: LayerSite) {
    dropsInputs = settings.dropout > 0
    dropsStates = settings.recurrentDropout > 0
    guard site.isTraining, dropsInputs || dropsStates else { return nil }
    (self.settings, self.direction, self.site) = (settings, direction, site)
    features = site.inputs[0].shape[1]
  }

  /// Draws the masks of the samples of this pass, a row for each.
  func draw(inputs: UnsafeMutablePointer<Float>, states: UnsafeMutablePointer<Float>) {
    for row in 0..<site.rows {
      let key = site.noiseKey(row: row).derive(direction)
      if dropsInputs {
        toss(inputs + row * features, features, settings.dropout, key.derive(0))
      }
      if dropsStates {
        let (units, rate) = (settings.units, settings.recurrentDropout)
        toss(states + row * units, units, rate, key.derive(1))
      }
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
    let units = settings.units
    for row in 0..<site.rows {
      let (from, m) = (UnsafePointer(states + row * stride), UnsafePointer(mask + row * units))
      let to = target + row * targetStride
      for j in 0..<units { to[j] = from[j] * m[j] }
    }
  }
}
