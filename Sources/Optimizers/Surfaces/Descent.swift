import Tensors

/// The way of one rule down a ``Surface``: the rule itself, given two weights and their gradient as in
/// a training.
public struct Descent: Sendable {
  /// One place on the way.
  public struct Place: Hashable, Sendable {
    /// The first variable.
    public var x: Float
    /// The second variable.
    public var y: Float
    /// The value there, over all samples.
    public var objective: Double
  }

  /// The rule.
  public var rule: any Optimizer
  /// The learning rate.
  public var rate: Float
  /// The λ of decoupled weight decay.
  public var decay: Float
  /// The samples of a step; nil for all, and on surfaces without samples.
  public var batch: Int?
  /// The seed of the order of samples.
  public var seed: UInt64

  /// The way of `rule` at `rate`.
  public init(
    _ rule: any Optimizer, rate: Float, decay: Float = 0, batch: Int? = nil, seed: UInt64 = 1
  ) {
    self.rule = rule
    self.rate = rate
    self.decay = decay
    self.batch = batch
    self.seed = seed
  }

  /// The start and the places after each of `steps` steps; fewer where the way leaves the finite
  /// numbers.
  public func path(on surface: any Surface, from start: SIMD2<Double>, steps: Int) -> [Place] {
    var weights = [Float(start.x), Float(start.y)]
    var slots = [Float](repeating: 0, count: 2 * rule.slotNames.count)
    var places: [Place] = []
    for step in 0...steps {
      let point = SIMD2(Double(weights[0]), Double(weights[1]))
      let value = surface.value(at: point)
      guard value.isFinite else { break }
      places.append(Place(x: weights[0], y: weights[1], objective: value))
      if step < steps { move(&weights, &slots, on: surface, step) }
    }
    return places
  }

  private func move(
    _ weights: inout [Float], _ slots: inout [Float], on surface: any Surface, _ step: Int
  ) {
    var settings = UpdateStep(rate: rate, step: step + 1, decay: decay)
    var values = weights.mutableSpan
    var memory = slots.mutableSpan
    rule.enterLookAhead(&values, slots: &memory)
    let exact = gradient(
      on: surface, at: SIMD2(Double(values[0]), Double(values[1])), step)
    var gradient = [Float(exact.x), Float(exact.y)]
    if rule.usesNorms {
      var direction = gradient.mutableSpan
      rule.direct(&direction, weights: values.span, slots: &memory, settings)
      settings.norms = ParameterNorms(
        weights: squaredNorm(values.span).squareRoot(),
        direction: squaredNorm(direction.span).squareRoot())
    }
    rule.update(&values, gradient: gradient.span, slots: &memory, settings)
  }

  /// The gradient that a step sees: of all samples, or of its minibatch in the epoch's random order.
  private func gradient(
    on surface: any Surface, at point: SIMD2<Double>, _ step: Int
  ) -> SIMD2<Double> {
    guard let batch, let sampled = surface as? any SampledSurface, batch < sampled.sampleCount
    else { return surface.gradient(at: point) }
    let perEpoch = sampled.sampleCount / batch
    let key = RandomKey(seed: seed, purpose: .order).derive(UInt64(step / perEpoch))
    let order = KeyedPermutation(count: sampled.sampleCount, key: key)
    let first = step % perEpoch * batch
    return sampled.gradient(at: point, of: (first..<first + batch).map { order($0) })
  }
}
