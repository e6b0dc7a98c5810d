import Layers
import Optimizers
import Tensors
import Testing
import _TestSupport

@testable import Training

/// What the update does beside the optimizer's own rule.
@Suite struct ParameterTreatmentTests {
  /// An order with gaps, as blocked layouts have.
  private struct Scattered: ParameterLayout {
    var count: Int
    var storedCount: Int { 2 * count }

    func store(_ plain: Span<Float>, into stored: inout MutableSpan<Float>) {
      for i in 0..<stored.count { stored[i] = 0 }
      for i in 0..<count { stored[2 * (count - 1 - i)] = plain[i] }
    }

    func load(_ stored: Span<Float>, into plain: inout MutableSpan<Float>) {
      for i in 0..<count { plain[i] = stored[2 * (count - 1 - i)] }
    }
  }

  private struct Draws: Initializer {
    func fill(_ values: inout MutableSpan<Float>, shape: Shape, fans: Fans, key: RandomKey) {
      fillNormal(&values, mean: 0, standardDeviation: 1, key: key)
    }
  }

  private func store(
    isScattered: Bool = false, constraint: (any Constraint)? = nil
  ) -> ParameterStore {
    func spec(_ name: String, _ role: ParameterSpec.Role, _ shape: Shape) -> ParameterSpec {
      ParameterSpec(
        name: name, role: role, shape: shape, fans: Fans(in: 1, out: 1), initializer: Draws(),
        constraint: role == .weight ? constraint : nil)
    }
    let specs = [spec("weight", .weight, [5, 7]), spec("bias", .bias, [5])]
    let store = ParameterStore(
      specs.map { spec in
        let layout: any ParameterLayout =
          isScattered ? Scattered(count: spec.shape.count) : PlainLayout(count: spec.shape.count)
        return (spec.name, spec, layout)
      })
    store.initialize(key: RandomKey(low: 1, high: 2))
    return store
  }

  private func plain(_ store: ParameterStore, _ arena: FloatStorage? = nil) -> [Float] {
    store.entries.flatMap { entry in
      let plain = FloatStorage(count: entry.spec.shape.count)
      var values = plain.mutableSpan
      store.read(entry, from: arena, into: &values)
      return plain.array
    }
  }

  /// A few steps with the gradient of Σ (w − 1)²/2.
  private func run(_ update: ParameterUpdate, _ store: ParameterStore, steps: Int = 5) {
    for step in 1...steps {
      update.enterLookAhead()
      let gradient = FloatStorage(count: store.weights.count)
      for entry in store.entries {
        let values = FloatStorage(count: entry.spec.shape.count)
        var span = values.mutableSpan
        store.read(entry, into: &span)
        for i in 0..<span.count { span[i] = 3 * (span[i] - 1) }
        var stored = gradient.mutableSpan(entry.range)
        entry.layout.store(values.span, into: &stored)
      }
      update.apply(gradient, normalizer: 3, rate: 0.05, step: step)
    }
  }

  @Test func stepsDoNotDependOnHowParametersLie() {
    let rules: [any Optimizer] = [
      SGD(), Nesterov(), AdaGrad(), AdaDelta(), RMSProp(), Adam(), AdaMax(), Nadam(), Lion(),
      LARS(), LAMB(), LAMB(.keras),
    ]
    for rule in rules {
      let found = [false, true].map { isScattered -> [Float] in
        let store = store(isScattered: isScattered, constraint: MaxNorm(1.5))
        let penalties = Penalties(l1: 0.01, l2: 0.02, weightDecay: 0.1)
        run(ParameterUpdate(rule, store: store, penalties: penalties, average: 0.9), store)
        if isScattered {
          let gaps = store.weights.array.enumerated().filter { $0.offset % 2 == 1 }
          #expect(gaps.allSatisfy { $0.element == 0 }, "\(rule) fills the gaps")
        }
        return plain(store)
      }
      #expect(found[0] == found[1], "\(rule)")
      #expect(found[0] != plain(store()), "\(rule)")
    }
  }

  /// Norms are taken over one parameter, not over the arena.
  @Test func everyParameterHasItsOwnNorms() throws {
    let store = store()
    let before = plain(store)
    run(ParameterUpdate(LAMB(), store: store, penalties: Penalties()), store, steps: 1)
    let after = plain(store)
    for range in [0..<35, 35..<40] {
      let length = before[range].reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      let step = zip(before[range], after[range]).reduce(0) {
        $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1))
      }.squareRoot()
      #expect(mismatches([step], [0.05 * length], relative: 1e-4) == [])
    }
  }

  @Test func decayShrinksWeightsAndBiasesOnRequest() {
    for onBiases in [false, true] {
      let (decayed, straight) = (store(), store())
      let before = plain(decayed)
      run(
        ParameterUpdate(
          SGD(), store: decayed, penalties: Penalties(weightDecay: 0.5, onBiases: onBiases)),
        decayed, steps: 1)
      run(ParameterUpdate(SGD(), store: straight, penalties: Penalties()), straight, steps: 1)
      let difference = zip(plain(straight), plain(decayed)).map { Double($0) - Double($1) }
      let wanted = before.enumerated().map { index, w in
        index < 35 || onBiases ? 0.05 * 0.5 * Double(w) : 0
      }
      #expect(mismatches(difference, wanted, relative: 1e-4, absolute: 1e-6) == [])
    }
  }

  @Test func theAverageIsThatOfTheWeightsAfterEachStep() {
    let (store, shadow) = (store(), store())
    let update = ParameterUpdate(Adam(), store: store, penalties: Penalties(), average: 0.75)
    #expect(update.slotNames == ["m", "v", "average"])
    let straight = ParameterUpdate(Adam(), store: shadow, penalties: Penalties())
    var mean: [Double] = []
    // Steps are counted from 1 by each run of the helper; a single step at a time is one run.
    run(update, store, steps: 6)
    for step in 1...6 {
      let fresh = self.store()
      run(ParameterUpdate(Adam(), store: fresh, penalties: Penalties()), fresh, steps: step)
      let weights = plain(fresh).map(Double.init)
      mean = step == 1 ? weights : zip(mean, weights).map { 0.75 * $0 + 0.25 * $1 }
    }
    run(straight, shadow, steps: 6)
    #expect(plain(store) == plain(shadow), "the average changes the steps")
    let shown = update.withAverage { plain(store) }
    #expect(mismatches(shown, mean, relative: 1e-5, absolute: 1e-6) == [])
    #expect(plain(store) == plain(shadow), "the weights do not come back")
    update.settleAverage()
    #expect(plain(store) == shown)
    update.settleAverage()
    #expect(plain(store) == shown)
  }

  @Test func constraintsHoldAfterEveryStep() {
    func norms(_ values: [Float]) -> [Double] {
      (0..<5).map { row in
        values[row * 7..<row * 7 + 7].reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      }
    }
    for isScattered in [false, true] {
      var store = store(isScattered: isScattered, constraint: MaxNorm(0.5))
      run(ParameterUpdate(SGD(), store: store, penalties: Penalties()), store)
      #expect(norms(plain(store)).allSatisfy { $0 < 0.500_001 })
      store = self.store(isScattered: isScattered, constraint: UnitNorm())
      run(ParameterUpdate(SGD(), store: store, penalties: Penalties()), store)
      #expect(mismatches(norms(plain(store)), [1, 1, 1, 1, 1]) == [])
      store = self.store(isScattered: isScattered, constraint: NonNegative())
      run(ParameterUpdate(SGD(), store: store, penalties: Penalties()), store)
      #expect(plain(store)[..<35].allSatisfy { $0 >= 0 })
    }
  }
}
