import Foundation
import Layers
import Tensors
import Testing
import _TestSupport

/// Machines against the enumeration of all their states, and against scikit-learn.
@Suite struct BoltzmannTests {
  private static let data = Enumeration.states(6).enumerated()
    .filter { [3, 7, 9, 20, 21, 22, 40, 63].contains($0.offset) }.map(\.element)

  @Test("figures are those of scikit-learn's BernoulliRBM")
  func golden() throws {
    struct Vectors: Decodable {
      var visible, hidden: Int
      var weights, hiddenBias, visibleBias, data: [Float]
      var probabilities, freeEnergy, pseudoLogLikelihood: [Double]
    }
    let golden = try Golden.load("boltzmann", as: Vectors.self)
    let rows = golden.data.count / golden.visible
    let parameters = GibbsChains.Parameters(
      .bernoulli, weights: FloatStorage(golden.weights),
      hiddenBias: FloatStorage(golden.hiddenBias), visibleBias: FloatStorage(golden.visibleBias))
    let fixture = try BoltzmannFixture(
      RestrictedBoltzmann(hidden: golden.hidden), visible: golden.visible, rows: [rows],
      given: parameters)
    let data = (0..<rows).map { row in
      golden.data[row * golden.visible..<(row + 1) * golden.visible].map(Double.init)
    }
    var units: Set<Int> = []
    for isTraining in [false, true] {
      let figures = fixture.figures(data, isTraining: isTraining).map(Double.init)
      for row in 0..<rows {
        #expect(abs(figures[row * 3 + 2] - golden.freeEnergy[row]) < 4e-6)
        // The unit is drawn; its own figure has to be among those of all units.
        let all = golden.pseudoLogLikelihood[row * golden.visible..<(row + 1) * golden.visible]
        let unit = all.enumerated().first { abs($0.element - figures[row * 3 + 1]) < 2e-5 }
        units.insert(try #require(unit).offset)
      }
    }
    #expect(units.count > 2, "always the same units: \(units)")
    let chains = try GibbsChains(
      parameters, chains: 0..<rows, key: BoltzmannFixture.key, engine: fixture.engine,
      stream: fixture.stream)
    for i in 0..<golden.data.count { chains.visible.base[i] = golden.data[i] }
    chains.climb()
    for (i, p) in golden.probabilities.enumerated() {
      #expect(abs(Double(logistic(chains.hiddenInputs.base[i])) - p) < 1e-6)
    }
  }

  @Test("conditionals, free energy and likelihood are those of the enumerated joint distribution")
  func enumerated() throws {
    let fixture = try BoltzmannFixture(
      RestrictedBoltzmann(hidden: 5), visible: 6, rows: [BoltzmannTests.data.count])
    let exact = Enumeration(fixture.parameters)
    let figures = fixture.figures(BoltzmannTests.data, isTraining: false)
    for (row, v) in BoltzmannTests.data.enumerated() {
      #expect(abs(Double(figures[row * 3 + 2]) - exact.freeEnergy(v)) < 4e-6)
    }
    let chains = try GibbsChains(
      fixture.parameters, chains: 0..<8, key: BoltzmannFixture.key, engine: fixture.engine,
      stream: fixture.stream)
    let hidden = Array(Enumeration.states(5).suffix(8))
    for (row, (v, h)) in zip(BoltzmannTests.data, hidden).enumerated() {
      for i in 0..<6 { chains.visible.base[row * 6 + i] = Float(v[i]) }
      for j in 0..<5 { chains.hidden.base[row * 5 + j] = Float(h[j]) }
    }
    chains.climb()
    chains.reconstruct()
    for (row, (v, h)) in zip(BoltzmannTests.data, hidden).enumerated() {
      for (j, p) in exact.hiddenProbabilities(v).enumerated() {
        #expect(abs(Double(logistic(chains.hiddenInputs.base[row * 5 + j])) - p) < 1e-6)
      }
      for (i, p) in exact.visibleProbabilities(h).enumerated() {
        #expect(abs(Double(chains.visible.base[row * 6 + i]) - p) < 1e-6)
      }
    }
  }

  @Test("the enumerated gradient is the derivative of the exact log-likelihood")
  func exactGradient() {
    let machine = Enumeration(BoltzmannFixture.parameters(.bernoulli, visible: 6, hidden: 4))
    let gradient = machine.gradient(BoltzmannTests.data)
    for place in stride(from: 0, to: machine.gradientCount, by: 3) {
      func likelihood(_ change: Double) -> Double {
        var moved = machine
        switch place {
        case ..<24: moved.weights[place / 6][place % 6] += change
        case ..<28: moved.hiddenBias[place - 24] += change
        default: moved.visibleBias[place - 28] += change
        }
        return moved.logLikelihood(BoltzmannTests.data)
      }
      // Central differences of fourth order, so that neither rounding nor curvature counts.
      let step = 1e-3
      let near = likelihood(step) - likelihood(-step)
      let far = likelihood(2 * step) - likelihood(-2 * step)
      let slope = (8 * near - far) / (12 * step)
      #expect(abs(slope + gradient[place]) < 1e-9, "parameter \(place)")
    }
  }

  @Test("the machine's own figures of all states make the exact gradient")
  func ownGradient() throws {
    let states = Enumeration.states(6)
    let fixture = try BoltzmannFixture(
      RestrictedBoltzmann(hidden: 5), visible: 6, rows: [states.count])
    let exact = Enumeration(fixture.parameters)
    let figures = fixture.figures(states, isTraining: false)
    let chains = try GibbsChains(
      fixture.parameters, chains: 0..<states.count, key: BoltzmannFixture.key,
      engine: fixture.engine, stream: fixture.stream)
    for (i, unit) in states.joined().enumerated() { chains.visible.base[i] = Float(unit) }
    chains.climb()
    let weights = states.indices.map { exp(-Double(figures[$0 * 3 + 2])) }
    let total = weights.reduce(0, +)
    var model = [Double](repeating: 0, count: exact.gradientCount)
    var data = model
    for (row, v) in states.enumerated() {
      let h = (0..<5).map { Double(logistic(chains.hiddenInputs.base[row * 5 + $0])) }
      exact.add(v, h, weights[row] / total, to: &model)
      if BoltzmannTests.data.contains(v) { exact.add(v, h, 1, to: &data) }
    }
    let count = Double(BoltzmannTests.data.count)
    for (place, slope) in exact.gradient(BoltzmannTests.data).enumerated() {
      #expect(
        abs((count * model[place] - data[place] - slope) / count) < 1e-6, "parameter \(place)")
    }
  }

  @Test("contrastive divergence points along the true gradient, and reaches it with many steps")
  func contrastiveDivergence() throws {
    // Every row of these copies has draws of its own.
    let copies = 256
    let data = (0..<copies).flatMap { _ in BoltzmannTests.data }
    for (steps, least) in [(1, 0.0), (60, 0.99)] {
      let fixture = try BoltzmannFixture(
        RestrictedBoltzmann(hidden: 5, steps: steps, samplesVisible: true), visible: 6,
        rows: [data.count], scale: 0.5)
      let exact = Enumeration(fixture.parameters).gradient(BoltzmannTests.data)
      let mean = try fixture.gradient(data).map { $0 / Double(copies) }
      let product = zip(mean, exact).reduce(0) { $0 + $1.0 * $1.1 }
      func norm(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 }.squareRoot() }
      #expect(product / (norm(mean) * norm(exact)) > least, "CD-\(steps)")
      guard steps > 1 else { continue }
      // 8 means of at most 1/2 deviation over 2,048 draws each.
      for (a, b) in zip(mean, exact) { #expect(abs(a - b) < 8 * 5 * 0.5 / 2048.squareRoot()) }
    }
  }

  @Test("persistent chains reach the exact marginals; those of absent samples stay")
  func persistentChains() throws {
    let (chains, absent) = (500, 3)
    let machine = RestrictedBoltzmann(hidden: 5, chains: chains)
    let fixture = try BoltzmannFixture(
      machine, visible: 6, rows: [chains - absent], scale: 0.5)
    let data = (0..<chains - absent).map { BoltzmannTests.data[$0 % 8] }
    let rounds = 60
    var (hidden, counted) = ([Double](repeating: 0, count: 5), 0.0)
    for step in 0..<rounds {
      fixture.network.context.step = UInt64(step)
      _ = fixture.figures(data, isTraining: true)
      fixture.move(rows: data.count)
      guard step >= 15 else { continue }
      let states = try fixture.values("chains")
      for (i, state) in states.prefix(data.count * 5).enumerated() {
        hidden[i % 5] += Double(state)
      }
      counted += Double(data.count)
    }
    let states = try fixture.values("chains")
    #expect(states.allSatisfy { $0 == 0 || $0 == 1 })
    #expect(states.suffix(absent * 5).allSatisfy { $0 == 0 })
    let exact = Enumeration(fixture.parameters).expectations
    for j in 0..<5 {
      #expect(abs(hidden[j] / counted - exact[30 + j]) < 0.02, "\(hidden[j] / counted)")
    }
  }

  @Test("a sparsity target pushes pre-activations by the difference of the measured activity")
  func sparsity() throws {
    let target = RestrictedBoltzmann.Sparsity(target: 0.1, cost: 0.5, decay: 0.75)
    let data = BoltzmannTests.data
    let plain = try BoltzmannFixture(RestrictedBoltzmann(hidden: 5), visible: 6, rows: [8])
    let sparse = try BoltzmannFixture(
      RestrictedBoltzmann(hidden: 5, sparsity: target), visible: 6, rows: [8])
    #expect(try sparse.gradient(data) == plain.gradient(data), "q begins at the target")
    sparse.move(rows: 8)
    let exact = Enumeration(sparse.parameters)
    let mean = (0..<5).map { j in
      data.reduce(0) { $0 + exact.hiddenProbabilities($1)[j] } / 8
    }
    let activity = try sparse.values("activity").map(Double.init)
    let (before, after) = (try plain.gradient(data), try sparse.gradient(data))
    for j in 0..<5 {
      let q = 0.75 * 0.1 + 0.25 * mean[j]
      #expect(abs(activity[j] - q) < 1e-6)
      #expect(abs(after[30 + j] - before[30 + j] - 8 * 0.5 * (q - 0.1)) < 1e-5)
      for i in 0..<6 {
        let push = data.reduce(0) { $0 + 0.5 * (q - 0.1) * $1[i] }
        #expect(abs(after[j * 6 + i] - before[j * 6 + i] - push) < 1e-5)
      }
    }
  }

  @Test("Gaussian units: the mean of many chains, and the free energy by its formula")
  func gaussian() throws {
    let fixture = try BoltzmannFixture(
      RestrictedBoltzmann(hidden: 3, visible: .gaussian), visible: 2, rows: [1])
    let exact = Enumeration(fixture.parameters)
    let v = [0.5, -1.5]
    let figures = fixture.figures([v], isTraining: false)
    let own = zip(v, exact.visibleBias).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) / 2 }
    let features = (0..<3).reduce(0.0) { total, j in
      total
        + log1p(exp(exact.hiddenBias[j] + zip(exact.weights[j], v).reduce(0) { $0 + $1.0 * $1.1 }))
    }
    #expect(abs(Double(figures[2]) - (own - features)) < 4e-6)
    #expect(figures[1] == 0)
    let chains = try GibbsChains(
      fixture.parameters, chains: 0..<4000, key: BoltzmannFixture.key, engine: fixture.engine,
      stream: fixture.stream)
    for i in 0..<chains.hidden.count { chains.hidden.base[i] = i % 3 == 1 ? 1 : 0 }
    chains.descend(turn: 1)
    for i in 0..<2 {
      let drawn = (0..<4000).map { Double(chains.visible.base[$0 * 2 + i]) }
      let mean = drawn.reduce(0, +) / 4000
      #expect(abs(mean - exact.visibleBias[i] - exact.weights[1][i]) < 0.08)
      let spread = drawn.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4000
      #expect(abs(spread - 1) < 0.12)
    }
  }
}
