import Foundation
import Layers
import Models
import OneDNN
import Tensors
import Testing
import _TestSupport

/// The up-down algorithm against one step by NumPy, draws included.
@Suite struct WakeSleepTests {
  private struct Vectors: Decodable {
    struct Case: Decodable {
      var widths: [Int]
      var visible: RestrictedBoltzmann.Visible
      var steps: Int
      var samples: [Int]
      var parameters: [String: [Float]]
      var data: [Float]
      var gradient: [String: [Double]]
      var figures: [Double]
    }
    var step: Int
    var cases: [Case]
  }

  private func network(_ given: Vectors.Case, step: Int) throws -> Network {
    let engine = try Engine()
    let layer = WakeSleep(
      hidden: Array(given.widths.dropFirst()), visible: given.visible, steps: given.steps)
    let graph = try NetworkGraph(
      NetworkSpec([LayerSpec(.layer(layer), name: "up_down")]), inputShape: [given.widths[0]])
    let rows = given.samples.count
    let network = try Network(
      graph, mainRows: rows, dropoutKey: BoltzmannFixture.key, engine: engine,
      stream: try Stream(engine: engine))
    try network.compile(training: [rows], inference: [rows])
    for entry in network.parameters.entries {
      let values = try #require(given.parameters[String(entry.name.dropFirst("up_down.".count))])
      network.parameters.write(values.span, to: entry)
    }
    network.context.step = UInt64(step)
    network.context.setSamples(given.samples.span)
    return network
  }

  @Test("a step's draws and gradients are those of an independent implementation")
  func golden() throws {
    let vectors = try Golden.load("wake_sleep", as: Vectors.self)
    for given in vectors.cases {
      let network = try network(given, step: vectors.step)
      let plan = network.plan(rows: given.samples.count, isTraining: true)
      let data = FloatStorage(given.data)
      plan.moveInput(to: data, at: 0)
      plan.forward()
      for (row, figure) in given.figures.enumerated() {
        #expect(abs(Double(plan.output[row]) - figure) < 1e-6)
      }
      let arena = FloatStorage(count: network.parameters.trainableCount)
      plan.backward(into: arena)
      for entry in network.parameters.entries {
        let name = String(entry.name.dropFirst("up_down.".count))
        let values = FloatStorage(count: entry.spec.shape.count)
        var plain = values.mutableSpan
        network.parameters.read(entry, from: arena, into: &plain)
        let wanted = try #require(given.gradient[name])
        try #require(wanted.count == values.count, "\(name)")
        for (i, value) in values.array.enumerated() {
          #expect(abs(Double(value) - wanted[i]) < 4e-6, "\(given.visible) \(name)[\(i)]")
        }
        #expect(wanted.contains { $0 != 0 }, "\(name)")
      }
    }
  }

  @Test("where nothing is learnt the figure is that of means, whatever the step")
  func means() throws {
    let vectors = try Golden.load("wake_sleep", as: Vectors.self)
    for given in vectors.cases {
      let (v, h) = (given.widths[0], given.widths[1])
      func parameter(_ name: String) throws -> [Double] {
        try #require(given.parameters[name]).map(Double.init)
      }
      let (up, upBias) = (
        try parameter("recognition_weight_1"), try parameter("recognition_bias_1")
      )
      let (down, downBias) = (
        try parameter("generative_weight_1"), try parameter("generative_bias_1")
      )
      for step in [0, 9] {
        let network = try network(given, step: step)
        let plan = network.plan(rows: given.samples.count, isTraining: false)
        let data = FloatStorage(given.data)
        plan.moveInput(to: data, at: 0)
        plan.forward()
        for row in given.samples.indices {
          let sample = given.data[row * v..<(row + 1) * v].map(Double.init)
          let hidden = (0..<h).map { j in
            sigmoid(upBias[j] + (0..<v).reduce(0) { $0 + up[j * v + $1] * sample[$1] })
          }
          let missed = (0..<v).reduce(0.0) { total, i in
            let z = downBias[i] + (0..<h).reduce(0) { $0 + down[$1 * v + i] * hidden[$1] }
            let mean = given.visible == .bernoulli ? sigmoid(z) : z
            return total + (mean - sample[i]) * (mean - sample[i])
          }
          let figure = missed / Double(v)
          #expect(abs(Double(plan.output[row]) - figure) < 1e-6 * (1 + figure))
        }
      }
    }
  }

  private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
}
