import Foundation
import Optimizers
import Testing
import _TestSupport

/// Twelve steps of each optimizer in double precision; see `scripts/golden/optimizers.py`.
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
    var decay: Float
    var steps: [Step]
  }

  static let table: [String: any Optimizer] = {
    var table: [String: any Optimizer] = [
      "sgd": SGD(), "lion": Lion(), "lars": LARS(trust: 0.25),
    ]
    for variant in Variant.allCases {
      let name = variant.rawValue
      table["momentum \(name)"] = Momentum(variant)
      table["nesterov \(name)"] = Nesterov(variant)
      table["adagrad \(name)"] = AdaGrad(variant)
      table["adadelta \(name)"] = AdaDelta(variant)
      table["rmsprop \(name)"] = RMSProp(variant)
      table["adam \(name)"] = Adam(variant)
      table["adamw \(name)"] = AdamW(variant)
      table["adamax \(name)"] = AdaMax(variant)
      table["nadam \(name)"] = Nadam(variant)
      if variant != .keras { table["radam \(name)"] = RAdam(variant) }
      if variant != .pytorch { table["lamb \(name)"] = LAMB(variant) }
      if variant != .book {
        var adam = Adam(variant)
        adam.amsgrad = true
        table["adam \(name) amsgrad"] = adam
        var rmsprop = RMSProp(variant)
        rmsprop.momentum = 0.9
        table["rmsprop \(name) momentum"] = rmsprop
      }
    }
    table["lamb keras decay"] = LAMB(.keras)
    var centered = RMSProp(.keras)
    centered.centered = true
    table["rmsprop keras centered"] = centered
    centered = RMSProp(.pytorch)
    centered.centered = true
    centered.momentum = 0.9
    table["rmsprop pytorch centered momentum"] = centered
    var ahead = RMSProp(.book)
    ahead.nesterov = true
    ahead.momentum = 0.9
    ahead.epsilon = 0
    table["rmsprop book nesterov"] = ahead
    return table
  }()

  /// How far the planes of every step may be from double precision, over the plane's largest entry; the
  /// figures of docs/textbook.md.
  static let agreements = [
    "adadelta": 9e-7, "adagrad": 4e-7, "adam": 6e-7, "adamax": 2e-7, "adamw": 3e-7, "lamb": 5e-7,
    "lars": 2e-7, "lion": 3e-7, "momentum": 7e-7, "nadam": 6e-7, "nesterov": 5e-7, "radam": 3e-7,
    "rmsprop": 5e-7, "sgd": 2e-7,
  ]

  @Test func everyGoldenRunHasItsRule() throws {
    let file = try Golden.load("optimizers", as: File.self)
    #expect(Set(file.runs.map(\.optimizer)) == Set(Self.table.keys))
    #expect(file.rates.count >= 10)
  }

  @Test(arguments: table.keys.sorted())
  func weightsAndSlotsOfTwelveSteps(name: String) throws {
    let file = try Golden.load("optimizers", as: File.self)
    let optimizer = try #require(Self.table[name])
    let runs = file.runs.filter { $0.optimizer == name }
    #expect(runs.count == 2)
    let method = try #require(name.split(separator: " ").first.map(String.init))
    let agreement = try #require(Self.agreements[method])
    for golden in runs {
      var run = OptimizerRun(optimizer, from: file.start)
      #expect(golden.steps.count == file.rates.count)
      for (number, step) in golden.steps.enumerated() {
        // The gradient comes as the sum over a minibatch of four.
        run.advance(
          rate: file.rates[number], scale: 0.25, l1: golden.l1, l2: golden.l2, decay: golden.decay
        ) { w in
          w.indices.map { i in
            4 * (file.curvature[i] * (w[i] - file.centre[i]) + w[i] * w[i] * w[i])
          }
        }
        // The plane where θ waits is scratch, not part of the recurrence.
        let isLookAhead = optimizer.slotNames.last == "theta"
        let count = file.start.count
        #expect(run.slots.count - (isLookAhead ? count : 0) == step.slots.count)
        let found = run.weights + run.slots
        let wanted = step.weights + step.slots
        for start in stride(from: 0, to: wanted.count, by: count) {
          let plane = start..<start + count
          let scale = wanted[plane].map(\.magnitude).max() ?? 0
          let off = plane.map { (Double(found[$0]) - wanted[$0]).magnitude }.max() ?? 0
          #expect(
            off <= agreement * scale,
            "plane \(start / count) of step \(number + 1), l1 \(golden.l1), l2 \(golden.l2)")
        }
      }
    }
  }
}
