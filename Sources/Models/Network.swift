import Layers
import OneDNN
import Tensors

/// A network with its parameters: one arena of values, and plans that compute with it.
public final class Network {
  /// The layers.
  public let graph: NetworkGraph
  /// The parameters.
  public let parameters: ParameterStore
  /// What changes from pass to pass.
  public let context: PassContext

  /// What the last training forward pass measured: in the order of the arena's statistics, then the moments
  /// of batch normalizations as halves of `Double`.
  public let measured: FloatStorage
  /// The elements of ``measured`` that are `Float`; the others are the halves of `Double`.
  public let measuredFloats: Int
  /// How the running statistics follow what is measured.
  public let statistics: [RunningStatistics]

  /// By layer: the part of the gradient that its backward pass fills.
  let gradientRanges: [GradientRange?]

  /// The copies of parameters for products of reduced precision.
  public let rounded = RoundedParameters()

  private let engine: Engine
  private let stream: Stream
  private let layouts: [[MemoryDescriptor]]
  private let offsets: [[Int]]
  private let momentOffsets: [Int]
  private var plans: [PlanKey: Plan] = [:]
  private var memory = FloatStorage(count: 0)
  private let emptyInput = FloatStorage(count: 1)
  /// Where pieces of a minibatch are computed side by side.
  private(set) var slots: [PassSlot] = []

  private struct PlanKey: Hashable {
    var rows: Int
    var isTraining: Bool
  }

  /// A network of `graph` whose parameters lie as the plan for `mainRows` samples likes best.
  public init(
    _ graph: NetworkGraph, mainRows: Int, dropoutKey: RandomKey, engine: Engine, stream: Stream
  ) throws(NetworkError) {
    self.graph = graph
    self.engine = engine
    self.stream = stream
    context = PassContext(gradients: emptyInput.base, dropoutKey: dropoutKey)
    layouts = try Network.chooseLayouts(
      graph, rows: mainRows, engine: engine, stream: stream, context: context)
    var list: [(name: String, spec: ParameterSpec, layout: any ParameterLayout)] = []
    for (node, layouts) in zip(graph.nodes, layouts) {
      for (spec, layout) in zip(node.parameters, layouts) {
        do {
          list.append(
            (
              "\(node.name).\(spec.name)", spec,
              layout.isPlain
                ? PlainLayout(count: spec.shape.count)
                : try BlockedLayout(layout, engine: engine, stream: stream)
            ))
        } catch {
          throw NetworkError(location: node.location, layer: node.name, reason: "\(error)")
        }
      }
    }
    let store = ParameterStore(list)
    parameters = store
    gradientRanges = GradientRange.ranges(of: graph, in: store)
    measuredFloats = store.weights.count - store.trainableCount
    let (moments, end) = RunningStatistics.momentOffsets(graph, from: store.weights.count)
    momentOffsets = moments
    measured = FloatStorage(count: end - store.trainableCount)
    statistics = RunningStatistics.all(
      graph, in: store, moments: moments.map { $0 - store.trainableCount })
    // Layers know the offsets of their statistics in the arena, whose end these are; moments follow.
    context.statistics = measured.base - store.trainableCount
    offsets = graph.nodes.map { node in
      node.parameters.map { store.entry("\(node.name).\($0.name)")?.range.lowerBound ?? 0 }
    }
  }

  /// Asks every layer, in order, how it likes its parameters; inputs are laid out as the layers
  /// before leave them.
  private static func chooseLayouts(
    _ graph: NetworkGraph, rows: Int, engine: Engine, stream: Stream, context: PassContext
  ) throws(NetworkError) -> [[MemoryDescriptor]] {
    var chosen: [[MemoryDescriptor]] = []
    var outputs: [MemoryDescriptor] = []
    let nowhere = context.gradients
    for (index, node) in graph.nodes.enumerated() {
      do {
        var inputs: [LayerInput] = []
        for (source, shape) in zip(node.sources, node.inputShapes) {
          let layout =
            switch source {
            case .input: try MemoryDescriptor(rows: rows, of: graph.inputShape)
            case .node(let index): outputs[index]
            }
          inputs.append(LayerInput(shape: shape, layout: layout, wantsGradient: true))
        }
        var site = LayerSite(
          engine: engine, stream: stream, rows: rows, isTraining: true, inputs: inputs,
          parameterLayouts: [], parameterOffsets: [], weights: nowhere, pass: context,
          index: index)
        site.operands = graph.precision.operands(on: engine)
        let layouts = try node.layer.preferredLayouts(at: site)
        site.parameterLayouts = layouts
        site.parameterOffsets = layouts.map { _ in 0 }
        chosen.append(layouts)
        outputs.append(try node.layer.prepare(at: site).output)
      } catch {
        throw NetworkError(location: node.location, layer: node.name, reason: "\(error)")
      }
    }
    return chosen
  }

  /// What the layer at `index` is given to compile itself.
  func site(
    _ index: Int, rows: Int, isTraining: Bool, inputs: [LayerInput], context: PassContext
  ) -> LayerSite {
    var site = LayerSite(
      engine: engine, stream: stream, rows: rows, isTraining: isTraining, inputs: inputs,
      parameterLayouts: layouts[index], parameterOffsets: offsets[index],
      momentOffset: momentOffsets[index], weights: parameters.weights.base, pass: context,
      index: index)
    site.operands = graph.precision.operands(on: engine)
    site.rounded = rounded
    return site
  }

  /// Compiles plans for all the numbers of rows that will occur; they share their working memory.
  public func compile(training: [Int], inference: [Int]) throws(NetworkError) {
    let wanted =
      training.map { PlanKey(rows: $0, isTraining: true) }
      + inference.map { PlanKey(rows: $0, isTraining: false) }
    for key in wanted where key.rows > 0 && plans[key] == nil {
      plans[key] = try Plan(
        graph, rows: key.rows, isTraining: key.isTraining, network: self, context: context)
    }
    context.reserve(rows: training.max() ?? 0)
    if let mask = graph.mask {
      context.reserveMask(rows: plans.keys.map(\.rows).max() ?? 0, steps: mask.steps)
    }
    let needed = plans.values.map(\.memoryCount).max() ?? 0
    if needed > memory.count {
      try Network.require(needed)
      memory = FloatStorage(count: needed)
    }
    for plan in plans.values { try plan.bind(memory: memory, input: emptyInput.base) }
  }

  /// Checks that `count` floats of working memory can be allocated.
  static func require(_ count: Int) throws(NetworkError) {
    guard let available = AvailableMemory.current(), count > available.bytes / 4 else { return }
    throw NetworkError(
      location: nil, layer: "model",
      reason:
        "its layers need \(count >> 18) MiB of working memory, but \(available.bytes >> 20) MiB"
        + " are available (\(available.limit)); use smaller layers, or a smaller batch or"
        + " training.micro_batch")
  }

  /// The plan for `rows` samples.
  ///
  /// - Precondition: it was compiled.
  public func plan(rows: Int, isTraining: Bool) -> Plan {
    guard let plan = plans[PlanKey(rows: rows, isTraining: isTraining)] else {
      preconditionFailure("no plan for \(rows) rows was compiled")
    }
    return plan
  }

  /// The ranges of the gradient in the order in which a backward pass makes them: from the end.
  public var gradientParts: [Range<Int>] { gradientRanges.reversed().compactMap { $0?.range } }

  /// Makes a place for a piece of a minibatch of any of the given numbers of rows.
  public func addSlot(rows: [Int]) throws(NetworkError) -> PassSlot {
    let slot = PassSlot(self)
    try slot.compile(rows: rows, for: self)
    slots.append(slot)
    return slot
  }

  /// The floats of working memory that such a place takes.
  public func slotCount(rows: [Int]) throws(NetworkError) -> Int {
    var most = 0
    for count in rows {
      let plan = try Plan(
        graph, rows: count, isTraining: true, network: self, context: context)
      most = max(most, plan.memoryCount)
    }
    return most
  }

  /// How each layer holds the operands of its products in training, by the layers' order.
  public func operands() throws(NetworkError) -> [OperandForm] {
    try anyTrainingPlan().layers.map(\.operands)
  }

  /// The names of the kernels of each layer's products in training, by the layers' order.
  public func kernels() throws(NetworkError) -> [[String]] {
    try anyTrainingPlan().layers.map(\.kernels)
  }

  /// Which layers only give their input another shape in training, by the layers' order.
  public func views() throws(NetworkError) -> [Bool] {
    let plan = try anyTrainingPlan()
    return graph.nodes.indices.map(plan.isView)
  }

  private func anyTrainingPlan() throws(NetworkError) -> Plan {
    let compiled = plans.first { $0.key.isTraining }?.value ?? slots.first?.anyPlan
    if let compiled { return compiled }
    // A rank whose shards are all empty has compiled none.
    return try Plan(graph, rows: 1, isTraining: true, network: self, context: context)
  }

  /// Adds what a pass has measured, laid out as ``measured``, to `sums`; the first replaces what they hold.
  public func addMeasured(
    _ values: Span<Float>, to sums: inout MutableSpan<Float>, isFirst: Bool
  ) {
    guard !isFirst else {
      for i in 0..<values.count { sums[i] = values[i] }
      return
    }
    for i in 0..<measuredFloats { sums[i] += values[i] }
    var moments = sums._mutatingExtracting(measuredFloats..<values.count)
    addHalves(values.extracting(measuredFloats..<values.count), to: &moments)
  }

  /// The floats of working memory that the compiled plans share.
  public var sharedCount: Int { memory.count }

  /// The floats of all working memory.
  public var workingCount: Int { slots.reduce(sharedCount) { $0 + $1.workingCount } }
}
