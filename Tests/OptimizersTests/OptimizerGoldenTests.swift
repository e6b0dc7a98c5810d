import Optimizers
import Testing
import _TestSupport

/// Eight steps of each optimizer in double precision; see `scripts/golden/optimizers.py`.
struct OptimizerGoldenTests {
  struct File: Decodable {
    var start: [Float]
    var curvature: [Float]
    var centre: [Float]
    var rates: [Float]
    var runs: [Run]
  }

  struct Run: Decodable {
    struct Step: Decodable {
      var weights: [Double]
      var slots: [Double]
    }

    var optimizer: String
    var l1: Float
    var l2: Float
    var steps: [Step]
  }

  static let optimizers: [String: any Optimizer] = [
    "sgd": SGD(), "momentum": Momentum(), "nesterov": Nesterov(), "adam": Adam(),
  ]

  @Test(arguments: ["sgd", "momentum", "nesterov", "adam"])
  func weightsAndSlotsOfEightSteps(name: String) throws {
    let file = try Golden.load("optimizers", as: File.self)
    let optimizer = try #require(Self.optimizers[name])
    let runs = file.runs.filter { $0.optimizer == name }
    #expect(runs.count == 2)
    for golden in runs {
      var run = OptimizerRun(optimizer, from: file.start)
      for (number, step) in golden.steps.enumerated() {
        // The gradient comes as the sum over a minibatch of four.
        run.advance(rate: file.rates[number], scale: 0.25, l1: golden.l1, l2: golden.l2) { w in
          w.indices.map { i in
            4 * (file.curvature[i] * (w[i] - file.centre[i]) + w[i] * w[i] * w[i])
          }
        }
        let place = "step \(number + 1), l1 \(golden.l1), l2 \(golden.l2)"
        #expect(
          mismatches(run.weights, step.weights, relative: 2e-6, absolute: 2e-6) == [], "\(place)")
        // Nesterov's second plane is scratch, not part of the recurrence.
        let slots = Array(run.slots.prefix(step.slots.count))
        #expect(mismatches(slots, step.slots, relative: 5e-6, absolute: 2e-6) == [], "\(place)")
      }
    }
  }
}
