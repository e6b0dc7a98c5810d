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
  private func run(_ layer: any Layer, isTraining: Bool = true, step: UInt64 = 0) throws -> [Float]
  {
    let engine = try Engine()
    let network = try Network(
      try NetworkGraph(NetworkSpec([LayerSpec(.layer(layer))]), inputShape: Self.shape),
      mainRows: Self.rows, dropoutKey: RandomKey(low: 5, high: 6), engine: engine,
      stream: try Stream(engine: engine))
    try network.compile(
      training: isTraining ? [Self.rows] : [], inference: isTraining ? [] : [Self.rows])
    let plan = network.plan(rows: Self.rows, isTraining: isTraining)
    plan.moveInput(
      to: FloatStorage([Float](repeating: 2, count: Self.rows * Self.shape.count)), at: 0)
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
