import Layers
import Optimizers
import Tensors
import Testing
import _TestSupport

@testable import Training

/// The update on the arena: clipping, and what a layer's rate is multiplied by.
@Suite struct ParameterUpdateTests {
  struct File: Decodable {
    struct Run: Decodable {
      var kind: String
      var limit: Float
      var library: String
      var after: [[Double]]
    }

    var rate: Float
    var l2: Float
    var weights: [[Float]]
    var gradients: [[Float]]
    var runs: [Run]
  }

  /// A layout that is not the plain one: the elements from the last to the first.
  private struct ReversedLayout: ParameterLayout {
    var storedCount: Int

    func store(_ plain: Span<Float>, into stored: inout MutableSpan<Float>) {
      for i in 0..<storedCount { stored[storedCount - 1 - i] = plain[i] }
    }

    func load(_ stored: Span<Float>, into plain: inout MutableSpan<Float>) {
      for i in 0..<storedCount { plain[i] = stored[storedCount - 1 - i] }
    }
  }

  /// Parameters of the given values, the first in another order where `isReversed`.
  private static func store(
    _ values: [[Float]], multipliers: [Float?] = [], isReversed: Bool = false
  ) -> ParameterStore {
    let parameters = values.enumerated().map { index, values in
      var spec = ParameterSpec(
        name: "p\(index)", role: .weight, shape: [values.count], fans: Fans(in: 1, out: 1),
        initializer: Zeros())
      if index < multipliers.count { spec.rateMultiplier = multipliers[index] }
      let layout: any ParameterLayout =
        isReversed && index == 0
        ? ReversedLayout(storedCount: values.count) : PlainLayout(count: values.count)
      return (name: spec.name, spec: spec, layout: layout)
    }
    let store = ParameterStore(parameters)
    write(values, to: store.weights, store)
    return store
  }

  private static func write(_ values: [[Float]], to arena: FloatStorage, _ store: ParameterStore) {
    for (values, entry) in zip(values, store.entries) {
      let plain = FloatStorage(values)
      var stored = arena.mutableSpan(entry.range)
      entry.layout.store(plain.span, into: &stored)
    }
  }

  private static func values(of store: ParameterStore) -> [[Float]] {
    store.entries.map { entry in
      let plain = FloatStorage(count: entry.spec.shape.count)
      var values = plain.mutableSpan
      store.read(entry, into: &values)
      return plain.array
    }
  }

  /// One step against `gradients`, which come as the sum over a minibatch of four.
  private static func step(
    _ store: ParameterStore, _ gradients: [[Float]], rate: Float, l2: Float = 0,
    _ clipping: GradientClipping = .none
  ) -> [[Float]] {
    let update = ParameterUpdate(
      SGD(), store: store, penalties: Penalties(l2: l2), clipping: clipping)
    let sum = FloatStorage(count: store.trainableCount)
    write(gradients.map { $0.map { 4 * $0 } }, to: sum, store)
    update.enterLookAhead()
    update.apply(sum, normalizer: 4, rate: rate, step: 1)
    return values(of: store)
  }

  private static func clipping(_ kind: String, _ limit: Float) -> GradientClipping {
    switch kind {
    case "value": .value(limit)
    case "norm": .norm(limit)
    default: .globalNorm(limit)
    }
  }

  @Test(arguments: 0..<6, [false, true])
  func clipsAsTheLibrariesDo(index: Int, isReversed: Bool) throws {
    let file = try Golden.load("clipping", as: File.self)
    try #require(file.runs.count == 6)
    let run = file.runs[index]
    let after = Self.step(
      Self.store(file.weights, isReversed: isReversed), file.gradients, rate: file.rate,
      l2: file.l2, Self.clipping(run.kind, run.limit))
    for (found, wanted) in zip(after, run.after) {
      #expect(
        mismatches(found, wanted, relative: 1e-6, absolute: 2e-6) == [],
        "\(run.kind) \(run.library)")
    }
  }

  @Test(arguments: ["value", "norm", "global_norm"])
  func aLimitThatIsNotReachedChangesNoBit(kind: String) throws {
    let file = try Golden.load("clipping", as: File.self)
    let plain = Self.step(Self.store(file.weights), file.gradients, rate: file.rate, l2: file.l2)
    let clipped = Self.step(
      Self.store(file.weights), file.gradients, rate: file.rate, l2: file.l2,
      Self.clipping(kind, 1000))
    #expect(plain == clipped)
  }

  @Test(arguments: [GradientClipping.none, .norm(1000), .globalNorm(1000)])
  func eachParameterHasTheRateOfItsLayer(clipping: GradientClipping) {
    let store = Self.store([[1, 2], [3], [4], [5]], multipliers: [0.5, nil, 0, 2])
    let after = Self.step(store, [[1, 1], [1], [1], [1]], rate: 0.25, clipping)
    #expect(after == [[0.875, 1.875], [2.75], [4], [4.5]])
  }
}
