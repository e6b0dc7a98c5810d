import Optimizers
import Testing
import _TestSupport

/// Every optimizer under the same checks; a new one adds its row.
struct OptimizerTableTests {
  static let table: [(optimizer: any Optimizer, rate: Float)] = {
    var table: [(optimizer: any Optimizer, rate: Float)] = [
      (SGD(), 0.1), (Momentum(momentum: 0), 0.1), (Nesterov(momentum: 0.5), 0.05),
      (LARS(trust: 0.05), 0.02),
    ]
    for variant in Variant.allCases {
      table += [
        (Momentum(variant), 0.02), (Nesterov(variant), 0.02), (AdaGrad(variant), 0.3),
        (AdaDelta(variant), 10), (RMSProp(variant), 0.002), (Adam(variant), 0.02),
        (AdamW(variant), 0.02), (AdaMax(variant), 0.02), (Nadam(variant), 0.02),
        (LAMB(variant), 0.0025), (RAdam(variant), 0.02),
      ]
    }
    table.append((Lion(), 0.002))
    for (momentum, nesterov, centered) in [
      (0.9, false, false), (0.9, true, false), (0, true, false), (0.5, false, true),
      (0, false, true),
    ] as [(Float, Bool, Bool)] {
      var rule = RMSProp()
      (rule.momentum, rule.nesterov, rule.centered) = (momentum, nesterov, centered)
      if nesterov { rule.epsilon = 0 }
      table.append((rule, centered ? 0.0002 : momentum == 0 ? 0.002 : 0.0005))
    }
    var amsgrad = Adam()
    amsgrad.amsgrad = true
    table.append((amsgrad, 0.02))
    return table
  }()

  @Test(arguments: table.indices)
  func doesWhatEveryOptimizerMust(row: Int) {
    let (optimizer, rate) = Self.table[row]
    #expect(OptimizerChecker(rate: rate) { optimizer }.failures() == [], "\(optimizer)")
  }

  @Test func defaultRates() {
    #expect(SGD().defaultRate == 0.01 && Momentum().defaultRate == 0.01)
    #expect(Nesterov().defaultRate == 0.01 && Adam().defaultRate == 0.001)
    #expect(AdaGrad(.keras).defaultRate == 0.001 && AdaGrad(.pytorch).defaultRate == 0.01)
    #expect(AdaDelta(.keras).defaultRate == 0.001 && AdaDelta(.pytorch).defaultRate == 1)
    #expect(RMSProp(.keras).defaultRate == 0.001 && RMSProp(.pytorch).defaultRate == 0.01)
    #expect(AdaMax(.keras).defaultRate == 0.001 && AdaMax(.pytorch).defaultRate == 0.002)
    #expect(Nadam(.keras).defaultRate == 0.001 && Nadam(.pytorch).defaultRate == 0.002)
    #expect(RAdam().defaultRate == 0.001 && RAdam(.pytorch).defaultRate == 0.001)
    #expect(AdamW(.keras).defaultDecay == 0.004 && AdamW(.pytorch).defaultDecay == 0.01)
  }

  /// Weight decay shrinks every weight by 1 − ελ, beside a step that does not know of it.
  @Test(arguments: table.indices.filter { !table[$0].optimizer.usesNorms })
  func decayIsDecoupled(row: Int) {
    let (optimizer, _) = Self.table[row]
    let start: [Float] = [2, -4, 0.5, 0]
    var (decayed, plain) = (
      OptimizerRun(optimizer, from: start), OptimizerRun(optimizer, from: start)
    )
    decayed.advance(rate: 0.125, decay: 0.5) { _ in [1, 2, -3, 0] }
    plain.advance(rate: 0.125) { _ in [1, 2, -3, 0] }
    let wanted = zip(plain.weights, start).map { Double($0) - 0.125 * 0.5 * Double($1) }
    #expect(mismatches(decayed.weights, wanted, absolute: 1e-6) == [], "\(optimizer)")
    #expect(decayed.slots.prefix(4) == plain.slots.prefix(4))
  }

  /// A decay of a few last places of 1 is right on average over the weights, not rounded one way for all.
  @Test(arguments: table.indices.filter { !table[$0].optimizer.usesNorms })
  func weakDecayIsNotRoundedAway(row: Int) {
    let (optimizer, _) = Self.table[row]
    let start = (0..<4096).map { 1 + Float($0) / 4096 }
    var run = OptimizerRun(optimizer, from: start)
    // ε λ is 1e-7, and the nearest factor to 1 - 1e-7 would be 1 - 1.19e-7.
    run.advance(rate: 1e-3, decay: 1e-4) { $0.map { _ in 0 } }
    let lost = zip(start, run.weights).map { Double($0) - Double($1) }.reduce(0, +)
    let wanted = start.reduce(0) { $0 + 1e-7 * Double($1) }
    #expect(abs(lost / wanted - 1) < 0.05, "\(optimizer): \(lost / wanted)")
  }
}
