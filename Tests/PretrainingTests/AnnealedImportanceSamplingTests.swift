import Foundation
import Layers
import OneDNN
import Pretraining
import Tensors
import Testing

@testable import Pretraining

/// Estimates of ln Z against its exact value, and samples against exact marginals.
@Suite struct AnnealedImportanceSamplingTests {
  @Test(
    "ln Z lies within the error bars",
    arguments: RestrictedBoltzmann.Visible.allCases, [UInt64(1), 2, 3])
  func bars(kind: RestrictedBoltzmann.Visible, seed: UInt64) throws {
    let engine = try Engine()
    let stream = try Stream(engine: engine)
    let machine = BoltzmannFixture.parameters(kind, visible: 8, hidden: 6, scale: 0.7)
    let base = AnnealedImportanceSampling.base(
      means: (0..<8).map { 0.1 * Double($0) }, kind)
    let method = AnnealedImportanceSampling(
      chains: 60, temperatures: 150, key: RandomKey(seed: seed, purpose: .sampling))
    let first = AnnealedImportanceSampling.logPartition(ofBase: base, machine)
    // In two parts: what a chain does is its own.
    let logs = try [0..<25, 25..<60].flatMap { chains in
      let walk = try GibbsChains(
        machine, chains: chains, key: method.key, engine: engine, stream: stream)
      return method.logWeights(walk, base: base) {}
    }
    let estimate = AnnealedImportanceSampling.estimate(logs, from: first)
    let exact = Enumeration(machine).logPartition
    #expect(estimate.lower < exact && exact < estimate.upper, "\(estimate), exactly \(exact)")
    #expect(estimate.upper - estimate.lower < 1)
  }

  @Test("temperatures go from 0 to 1, most of them near 1")
  func temperatures() {
    let method = AnnealedImportanceSampling(
      chains: 2, temperatures: 290, key: RandomKey(seed: 1, purpose: .sampling))
    #expect(method.beta(0) == 0 && method.beta(290) == 1)
    #expect(method.beta(10) == 0.5 && method.beta(90) == 0.9)
    #expect((0..<290).allSatisfy { method.beta($0) < method.beta($0 + 1) })
  }

  @Test("a deep network draws from p(v | h₁) p(h₁, h₂); machines that do not chain are refused")
  func deepSamples() throws {
    let engine = try Engine()
    let stream = try Stream(engine: engine)
    let lower = BoltzmannFixture.parameters(.bernoulli, visible: 3, hidden: 4, scale: 0.6)
    let upper = BoltzmannFixture.parameters(.bernoulli, visible: 4, hidden: 5, scale: 0.6)
    #expect(throws: PretrainingError.self) { try DeepBeliefNetwork([upper, lower]) }
    let network = try DeepBeliefNetwork([lower, upper])
    var means = [Double](repeating: 0, count: 3)
    let count = 3000
    try network.samples(
      count: count, steps: 25, start: nil, key: RandomKey(seed: 4, purpose: .sampling),
      engine: engine, stream: stream
    ) { rows in
      for i in 0..<rows.count { means[i % 3] += Double(rows[i]) / Double(count) }
    }
    let (below, above) = (Enumeration(lower), Enumeration(upper))
    var (exact, total) = ([Double](repeating: 0, count: 3), 0.0)
    for h in Enumeration.states(4) {
      let weight = exp(-above.freeEnergy(h))
      total += weight
      for (i, p) in below.visibleProbabilities(h).enumerated() { exact[i] += weight * p }
    }
    for i in 0..<3 { #expect(abs(means[i] - exact[i] / total) < 0.03) }
  }
}
