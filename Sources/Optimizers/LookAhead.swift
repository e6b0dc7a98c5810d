import Tensors

/// What rules with Nesterov's momentum share: the way to θ + α v and back, θ waiting in a slot.
enum LookAhead {
  /// Keeps θ in plane `theta` and moves the weights to θ + α v.
  static func enter(
    _ weights: inout MutableSpan<Float>, slots: inout MutableSpan<Float>, velocity: Int,
    theta: Int, momentum: Float
  ) {
    let n = weights.count
    precondition(slots.count >= (max(velocity, theta) + 1) * n)
    let (velocity, home) = (velocity * n, theta * n)
    for i in 0..<n {
      let theta = weights[i]
      slots[home &+ i] = theta
      weights[i] = theta + momentum * slots[velocity &+ i]
    }
  }

  /// Puts θ back into the weights, bit for bit.
  static func leave(
    _ weights: inout MutableSpan<Float>, slots: inout MutableSpan<Float>, theta: Int
  ) {
    let n = weights.count
    precondition(slots.count >= (theta + 1) * n)
    let home = theta * n
    for i in 0..<n { weights[i] = slots[home &+ i] }
  }
}
