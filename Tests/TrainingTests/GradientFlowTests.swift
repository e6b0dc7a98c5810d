import Datasets
import Formats
import Foundation
import MPI
import Tensors
import Testing
import _TestSupport

@testable import Training

@Suite struct ValueHistogramTests {
  @Test func percentilesAreWithinASixteenth() {
    let values = (0..<1001).map { i -> Float in
      Float(sin(Double(i) * 12.9898) * 43758.5453).truncatingRemainder(dividingBy: 1)
        * Float(pow(10, Double(i % 9) - 4))
    }
    var bins = [Int](repeating: 0, count: ValueHistogram.binCount)
    var span = bins.mutableSpan
    let sums = ValueHistogram.count(values.span, into: &span)
    #expect(close(sums.sum, values.reduce(0) { $0 + Double($1) }))
    #expect(close(sums.squares, values.reduce(0) { $0 + Double($1) * Double($1) }))
    let sorted = values.sorted().map(Double.init)
    let parts = [0.001, 0.05, 0.25, 0.5, 0.75, 0.95, 1]
    for (part, found) in zip(parts, ValueHistogram.percentiles(parts, of: bins.span)) {
      let exact = sorted[Int((part * 1001).rounded(.up)) - 1]
      #expect((found - exact).magnitude <= exact.magnitude / 16, "\(part): \(found), \(exact)")
    }
  }

  @Test func zerosAndSignsAreKeptApart() {
    var bins = [Int](repeating: 0, count: ValueHistogram.binCount)
    var span = bins.mutableSpan
    let values: [Float] = [-8, -0.0, 0, 1, 1, 1]
    _ = ValueHistogram.count(values.span, into: &span)
    let found = ValueHistogram.percentiles([0.1, 0.3, 0.5, 0.6], of: bins.span)
    #expect((found[0] + 8).magnitude <= 0.5 && found[1] == 0 && found[2] == 0)
    #expect((found[3] - 1).magnitude <= 1.0 / 16)
    #expect(ValueHistogram.middle(of: Int(Float.infinity.bitPattern >> 20)) == .infinity)
  }

  private func close(_ a: Double, _ b: Double) -> Bool { (a - b).magnitude <= 1e-9 * b.magnitude }
}

@Suite struct GradientFlowIntervalTests {
  @Test func theFirstStepAndThenItsTurn() {
    func steps(_ interval: GradientFlowInterval) -> [Int] {
      (1...12).filter { interval.isDue(step: $0, epoch: ($0 - 1) / 4, isLast: $0 % 4 == 0) }
    }
    #expect(steps(.steps(5)) == [1, 5, 10])
    #expect(steps(.steps(1)) == Array(1...12))
    #expect(steps(.epochs(1)) == [1, 4, 8, 12])
    #expect(steps(.epochs(2)) == [1, 8])
  }
}

/// Keeps what the microscope has shown.
private final class Samples: Callback {
  var samples: [GradientFlowSample] = []

  func epochDidEnd(_ status: RunStatus) -> Verdict {
    samples += status.gradientFlow
    return .continue
  }
}

@MainActor @Suite(.serialized) struct GradientFlowAcrossRanks {
  private func samples(
    _ fixture: TrainingFixture, _ communicator: Communicator
  ) throws -> (samples: [GradientFlowSample], before: [Float], after: [Float]) {
    let callback = Samples()
    let trainer = try fixture.trainer(communicator, callbacks: [callback])
    let before = TrainingFixture.parameters(of: trainer)
    let stop = StopSignal()
    defer { StopSignal.release() }
    _ = try trainer.train(stop: stop)
    return (callback.samples, before, TrainingFixture.parameters(of: trainer))
  }

  @Test func oneStepIsWhatAHandComputes() throws {
    try Ranks.together { world in
      let fixture = TrainingFixture(shards: 5, microBatch: 3, gradientFlow: .steps(1))
      let (samples, before, after) = try samples(fixture, world)
      try #require(samples.count == 1 && samples[0].step == 1)
      let layers = samples[0].layers
      #expect(layers.map(\.name) == ["dense_1", "dense_2"])
      // dense_1 has 6 × 5 weights and 6 biases, dense_2 3 × 6 and 3.
      for (layer, range) in zip(layers, [0..<36, 36..<57]) {
        let change = zip(after[range], before[range]).map { Double($0) - Double($1) }
        let norm = change.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let size = before[range].reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        // Plain descent at rate 1: the update is the gradient, its sign turned.
        let gradient = try #require(layer.gradient)
        #expect(close(gradient.norm, norm, 1e-5))
        #expect(close(gradient.mean, -change.reduce(0, +) / Double(change.count), 1e-4))
        #expect(close(layer.updateRatio, norm / size, 1e-5))
        let sorted = change.map { -$0 }.sorted()
        #expect(close(gradient.median, sorted[(sorted.count + 1) / 2 - 1], 0.07))
      }
      let hidden = try activations(before)
      let sum = hidden.reduce(0, +)
      let squares = hidden.reduce(0) { $0 + $1 * $1 }
      let activation = layers[0].activation
      #expect(close(activation.mean, sum / Double(hidden.count), 1e-5))
      #expect(close(activation.norm, (squares / 37).squareRoot(), 1e-5))
      let sorted = hidden.sorted()
      #expect(close(activation.low, sorted[Int((0.05 * 222).rounded(.up)) - 1], 0.07))
      #expect(close(activation.median, sorted[110], 0.07))
      #expect(close(activation.high, sorted[Int((0.95 * 222).rounded(.up)) - 1], 0.07))
    }
  }

  @Test func ranksPiecesAndMicroscopeChangeNothing() throws {
    try Ranks.together { world in
      let alone = try #require(try world.split(color: world.rank))
      for micro in [1000, 2] {
        var fixture = TrainingFixture(
          samples: 23, batch: 6, shards: 4, microBatch: micro, dropout: 0.3, rate: 0.05,
          length: .epochs(2), gradientFlow: .steps(2))
        let one = try samples(fixture, alone)
        let many = try samples(fixture, world)
        #expect(one.samples == many.samples && one.after == many.after)
        #expect(one.samples.map(\.step) == [1, 2, 4, 6, 8])
        fixture.gradientFlow = nil
        let off = try samples(fixture, world)
        #expect(off.samples.isEmpty && off.after == many.after)
      }
    }
  }

  /// tanh(W x + b) of all 37 samples.
  private func activations(_ parameters: [Float]) throws -> [Double] {
    let data = try TrainingFixture.data()
    let batch = Batch(capacity: 37, inputWidth: 5, targetWidth: 3, targetForm: .oneHot)
    try data.read(Array(0..<37).span, into: batch)
    let inputs = batch.inputs.array
    return (0..<37).flatMap { sample in
      (0..<6).map { unit in
        var total = Double(parameters[30 + unit])
        for k in 0..<5 {
          total += Double(parameters[unit * 5 + k]) * Double(inputs[sample * 5 + k])
        }
        return tanh(total)
      }
    }
  }

  private func close(_ found: Double?, _ wanted: Double, _ relative: Double) -> Bool {
    found.map { ($0 - wanted).magnitude <= relative * wanted.magnitude + 1e-7 } ?? false
  }
}
