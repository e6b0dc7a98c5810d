import Layers
import Models
import OneDNN
import Tensors
import Testing

/// What the layers do that only training knows: spread, bounds, and rest in inference.
@Suite struct NoiseLayerTests {
  private static let rows = 4
  private static let shape: Shape = [64, 9, 7]

  /// The outputs of `layer` for inputs of 2, in training at `step` or in inference.
  private func run(
    _ layer: any Layer, shape: Shape = shape, isTraining: Bool = true, step: UInt64 = 0
  ) throws -> [Float] {
    let engine = try Engine()
    let network = try Network(
      try NetworkGraph(NetworkSpec([LayerSpec(.layer(layer))]), inputShape: shape),
      mainRows: Self.rows, dropoutKey: RandomKey(low: 5, high: 6), engine: engine,
      stream: try Stream(engine: engine))
    try network.compile(
      training: isTraining ? [Self.rows] : [], inference: isTraining ? [] : [Self.rows])
    network.parameters.initialize(key: RandomKey(low: 1, high: 2))
    let plan = network.plan(rows: Self.rows, isTraining: isTraining)
    plan.moveInput(
      to: FloatStorage([Float](repeating: 2, count: Self.rows * shape.count)), at: 0)
    if isTraining { network.context.setSamples([4, 9, 2, 9].span) }
    network.context.step = step
    plan.forward()
    return (0..<plan.output.count).map { plan.output[$0] }
  }

  private func moments(_ values: [Float]) -> (mean: Double, variance: Double) {
    let n = Double(values.count)
    let mean = values.reduce(0) { $0 + Double($1) } / n
    return (mean, values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / n)
  }

  private static let layers: [any Layer] = [
    GaussianNoise(standardDeviation: 0.5), GaussianDropout(rate: 0.2), SpatialDropout(rate: 0.25),
    Dropout(rate: 0.25),
  ]

  @Test(arguments: layers.indices)
  func drawsBelongToStepAndSample(layer: Int) throws {
    let layer = Self.layers[layer]
    let first = try run(layer)
    #expect(try run(layer) == first)
    #expect(try run(layer, step: 1) != first)
    let samples = (0..<4).map { Array(first[$0 * Self.shape.count..<($0 + 1) * Self.shape.count]) }
    // The second and the fourth row are the same sample.
    #expect(samples[1] == samples[3] && samples[0] != samples[1] && samples[0] != samples[2])
    let still = try run(layer, isTraining: false)
    #expect(still == [Float](repeating: 2, count: first.count))
  }

  @Test func noiseHasItsMeanAndVariance() throws {
    let added = moments(try run(GaussianNoise(standardDeviation: 0.5)))
    #expect(abs(added.mean - 2) < 0.02 && abs(added.variance - 0.25) < 0.012)
    // 4 · p / (1 − p)
    let multiplied = moments(try run(GaussianDropout(rate: 0.2)))
    #expect(abs(multiplied.mean - 2) < 0.04 && abs(multiplied.variance - 1) < 0.05)
  }

  @Test func channelsFallAsAWhole() throws {
    let values = try run(SpatialDropout(rate: 0.25))
    let extent = 9 * 7
    var dropped = 0
    for channel in 0..<values.count / extent {
      let part = values[channel * extent..<(channel + 1) * extent]
      let first = part[part.startIndex]
      #expect(part.allSatisfy { $0 == first })
      #expect(first == 0 || first == 2 / 0.75)
      dropped += first == 0 ? 1 : 0
    }
    // 256 channels, 192 of them independent: 48 ± 6 of those, a third counted twice.
    #expect(dropped > 35 && dropped < 95)
  }

  /// 64 units of which each takes its own input or its own state, for 5 steps, and of either one half is
  /// dropped.
  private func dropping(inputs: Bool) -> SimpleRNN {
    var settings = RecurrentSettings(units: 64)
    settings.returnsSequences = true
    settings.initializer = inputs ? Identity() : Zeros()
    settings.recurrentInitializer = inputs ? Zeros() : Identity()
    settings.biasInitializer = inputs ? Zeros() : Ones()
    (settings.dropout, settings.recurrentDropout) = inputs ? (0.5, 0) : (0, 0.5)
    var layer = SimpleRNN(settings)
    layer.activation = .relu
    return layer
  }

  @Test(
    "a recurrent layer drops the same inputs and the same states in all steps of a sample",
    arguments: [true, false])
  func sequencesHaveOneMask(inputs: Bool) throws {
    // h = 2 m in every step; h = 1 + m h₋₁, where m is 0 or 2.
    let kept: [Float] = inputs ? [4, 4, 4, 4, 4] : [1, 3, 7, 15, 31]
    let lost: [Float] = inputs ? [0, 0, 0, 0, 0] : [1, 1, 1, 1, 1]
    let shape: Shape = [5, 64]
    func masks(step: UInt64) throws -> [[Bool]] {
      let values = try run(dropping(inputs: inputs), shape: shape, step: step)
      return try (0..<Self.rows).map { row in
        try (0..<64).map { unit in
          let course = (0..<5).map { values[(row * 5 + $0) * 64 + unit] }
          try #require(course == kept || course == lost, "\(course)")
          return course == kept
        }
      }
    }
    let first = try masks(step: 0)
    #expect(try masks(step: 0) == first && masks(step: 1) != first)
    // The second and the fourth row are the same sample.
    #expect(first[1] == first[3] && first[0] != first[1] && first[0] != first[2])
    let share = first.joined().filter { $0 }.count
    // 256 coins: 128 ± 8, a quarter of them tossed for two.
    #expect(share > 88 && share < 168)
    let still = try run(dropping(inputs: inputs), shape: shape, isTraining: false)
    let course: [Float] = inputs ? [2, 2, 2, 2, 2] : [1, 2, 3, 4, 5]
    let whole = course.flatMap { [Float](repeating: $0, count: 64) }
    #expect(still == (0..<Self.rows).flatMap { _ in whole })
  }

  @Test("the second direction drops other inputs than the first")
  func directionsDifferInTheirMasks() throws {
    let values = try run(Bidirectional(dropping(inputs: true)), shape: [5, 64])
    #expect(Array(values[..<64]) != Array(values[64..<128]))
    #expect(values.allSatisfy { $0 == 0 || $0 == 4 })
  }

  @Test func convolutionsCountTheTapsOfTheirFans() {
    let convolution = Convolution2D(
      filters: 10, kernel: Extent2D(3, 5), groups: 2, initializer: Zeros(),
      biasInitializer: Zeros())
    let parameters = convolution.parameters(for: [[6, 9, 9]])
    #expect(parameters[0].shape == [10, 3, 3, 5])
    #expect(parameters.allSatisfy { $0.fans == Fans(in: 45, out: 75) })
    let dense = Dense(units: 7, initializer: Zeros(), biasInitializer: Zeros())
    #expect(dense.parameters(for: [[4]])[0].fans == Fans(in: 4, out: 7))
  }
}
