import Layers
import OneDNN
import Tensors

/// A network compiled for a fixed number of rows: primitives created and memory laid out, then run
/// without allocation.
///
/// Instants: the forward pass of node i is at i, the objective at n, the backward pass of node i at
/// 2n − i; a buffer lives from its first writer to its last reader.
public final class Plan {
  /// The number of samples.
  public let rows: Int
  /// Whether there is a backward pass, and dropout drops.
  public let isTraining: Bool
  /// The numbers per sample of the output.
  public let outputWidth: Int

  private let graph: NetworkGraph
  private(set) var layers: [any PreparedLayer] = []
  private var readers: [(node: Int, input: Int)] = []
  private(set) var runsBackward: [Bool] = []
  private var planner = MemoryPlanner()
  private(set) var places = Places()
  private var joins: [Int: [GradientJoin]] = [:]
  private var outputActivation: OutputActivation?
  private(set) var base: UnsafeMutablePointer<Float>?
  private(set) var inputAddress: UnsafeMutablePointer<Float>?
  private var inputStorage: FloatStorage?
  private var memory: FloatStorage?
  private let context: PassContext
  private let gradients: [GradientRange?]
  private let rounded: RoundedParameters

  /// Which buffers of the planner a plan's values are.
  struct Places {
    /// By node: the output; nil where it is the network's input under another shape.
    var outputs: [Int?] = []
    var outputGradients: [Int?] = []
    var saved: [Int] = []
    /// By node, by input: the gradient's buffer, and whether it must be added to another one.
    var inputGradients: [[(buffer: Int, isPart: Bool)?]] = []
    var scratch = 0
  }

  /// A gradient that a second reader of a value computes apart and adds.
  private struct GradientJoin {
    var part: Int
    var total: Int
    var count: Int
  }

  /// The floats of working memory that the plan needs.
  public private(set) var memoryCount = 0

  /// Compiles `graph` for `rows` samples with parameters as `network` holds them; `context` is what
  /// changes from pass to pass.
  init(
    _ graph: NetworkGraph, rows: Int, isTraining: Bool, network: Network, context: PassContext
  ) throws(NetworkError) {
    self.graph = graph
    self.rows = rows
    self.isTraining = isTraining
    self.context = context
    gradients = network.gradientRanges
    rounded = network.rounded
    outputWidth = graph.outputShape.count
    try prepare(network)
    layOut()
    let (offsets, total) = planner.place()
    self.offsets = offsets
    memoryCount = total
  }
  private(set) var offsets: [Int] = []

  // MARK: Compiling

  private func prepare(_ network: Network) throws(NetworkError) {
    for (index, node) in graph.nodes.enumerated() {
      do {
        let inputs = try node.sources.indices.map { k throws(OneDNNError) in
          try input(k, of: node)
        }
        let site = network.site(
          index, rows: rows, isTraining: isTraining, inputs: inputs, context: context)
        layers.append(try node.layer.prepare(at: site))
      } catch {
        throw NetworkError(
          location: node.location, layer: node.name, reason: "\(error) with \(rows) rows")
      }
      let learns = node.parameters.contains { $0.role != .statistic }
      runsBackward.append(
        isTraining && (learns || node.sources.contains { hasGradient($0) }))
    }
    do {
      try prepareOutput(network)
    } catch {
      throw NetworkError(location: nil, layer: "output", reason: "\(error)")
    }
  }

  private func prepareOutput(_ network: Network) throws(OneDNNError) {
    guard let activation = graph.outputActivation, let last = layers.last else { return }
    let site = network.site(
      layers.count - 1, rows: rows, isTraining: false, inputs: [], context: context)
    // Each step of a sequence has a softmax of its own.
    let positions = graph.positions
    let layout =
      positions == 1
      ? last.output
      : try MemoryDescriptor(plain: [rows * positions, graph.outputShape.count / positions])
    outputActivation = try OutputActivation(activation, layout: layout, site: site)
  }

  private func hasGradient(_ source: NetworkGraph.Source) -> Bool {
    if case .node(let index) = source { return runsBackward[index] }
    return false
  }

  private func input(
    _ k: Int, of node: NetworkGraph.Node
  ) throws(OneDNNError) -> LayerInput {
    let layout =
      switch node.sources[k] {
      case .input: try MemoryDescriptor(rows: rows, of: graph.inputShape)
      case .node(let index): layers[index].output
      }
    return LayerInput(
      shape: node.inputShapes[k], layout: layout, wantsGradient: hasGradient(node.sources[k]),
      isMasked: node.readsMask)
  }

  // MARK: Memory

  private func layOut() {
    let n = layers.count
    var consumers = [[(node: Int, input: Int)]](repeating: [], count: n)
    for (index, node) in graph.nodes.enumerated() {
      for (k, source) in node.sources.enumerated() {
        if case .node(let from) = source { consumers[from].append((index, k)) }
      }
    }
    layOutValues()
    if isTraining { layOutGradients(consumers) }
    for (index, layer) in layers.enumerated() {
      let end = runsBackward[index] ? 2 * n - index : index
      places.saved.append(planner.request(count: layer.needs.saved, life: index...end))
    }
    places.scratch = planner.request(
      count: max(layers.map(\.needs.scratch).max() ?? 0, outputActivation?.scratch ?? 0),
      life: 0...2 * n)
  }

  private func layOutValues() {
    let n = layers.count
    for (index, layer) in layers.enumerated() {
      let node = graph.nodes[index]
      if layer.needs.isView {
        places.outputs.append(buffer(of: node.sources[0]))
      } else {
        places.outputs.append(
          planner.request(count: layer.output.storedCount, life: index...index))
      }
      for source in node.sources {
        guard let buffer = buffer(of: source) else { continue }
        planner.extend(buffer, to: index)
        if runsBackward[index], layer.needs.keepsInputs {
          planner.extend(buffer, to: 2 * n - index)
        }
      }
      if runsBackward[index], layer.needs.keepsOutput, let buffer = places.outputs[index] {
        planner.extend(buffer, to: 2 * n - index)
      }
      for (k, source) in node.sources.enumerated() where isInput(source) {
        readers.append((index, k))
      }
    }
    if let last = places.outputs.last, let last { planner.extend(last, to: n) }
  }

  private func buffer(of source: NetworkGraph.Source) -> Int? {
    if case .node(let index) = source { return places.outputs[index] }
    return nil
  }

  /// Whether `source` is the network's input, perhaps under another shape.
  private func isInput(_ source: NetworkGraph.Source) -> Bool { buffer(of: source) == nil }

  private func layOutGradients(_ consumers: [[(node: Int, input: Int)]]) {
    let n = layers.count
    places.outputGradients = .init(repeating: nil, count: n)
    places.inputGradients = graph.nodes.map { .init(repeating: nil, count: $0.sources.count) }
    for index in layers.indices.reversed() where runsBackward[index] {
      let count = layers[index].output.storedCount
      let isShared = consumers[index].count > 1
      if index == n - 1 {
        places.outputGradients[index] = planner.request(count: count, life: n...2 * n - index)
      } else if let only = consumers[index].first, !isShared,
        layers[only.node].needs.isView, let viewed = places.outputGradients[only.node]
      {
        // The only reader is a view: its gradient is ours under another shape.
        planner.extend(viewed, to: 2 * n - index)
        places.outputGradients[index] = viewed
        places.inputGradients[only.node][only.input] = (viewed, false)
        continue
      } else {
        let first = consumers[index].map(\.node).max() ?? n
        places.outputGradients[index] = planner.request(
          count: count, life: 2 * n - first...2 * n - index)
      }
      guard let total = places.outputGradients[index] else { continue }
      // Backward passes run from the last reader to the first: the last one writes, others add.
      for (rank, consumer) in consumers[index].sorted(by: { $0 > $1 }).enumerated()
      where runsBackward[consumer.node] {
        let instant = 2 * n - consumer.node
        if rank == 0 {
          places.inputGradients[consumer.node][consumer.input] = (total, false)
        } else {
          let part = planner.request(count: count, life: instant...instant)
          places.inputGradients[consumer.node][consumer.input] = (part, true)
          joins[consumer.node, default: []].append(
            GradientJoin(part: part, total: total, count: count))
        }
      }
    }
  }

  // MARK: Binding

  /// Takes its working memory, which plans that never run at once may share, and its input.
  func bind(memory: FloatStorage, input: UnsafeMutablePointer<Float>) throws(NetworkError) {
    precondition(memory.count >= memoryCount)
    let base = memory.base
    self.base = base
    self.memory = memory
    inputAddress = input
    for (index, layer) in layers.enumerated() {
      let node = graph.nodes[index]
      let buffers = LayerBuffers(
        inputs: node.sources.map { source in
          buffer(of: source).map { base + offsets[$0] } ?? input
        },
        output: places.outputs[index].map { base + offsets[$0] } ?? input,
        inputGradients: node.sources.indices.map { k in
          guard isTraining, let place = places.inputGradients[index][k] else { return nil }
          return base + offsets[place.buffer]
        },
        outputGradient: isTraining
          ? places.outputGradients[index].map { base + offsets[$0] } : nil,
        saved: base + offsets[places.saved[index]], scratch: base + offsets[places.scratch])
      do {
        try layer.bind(buffers)
      } catch {
        throw NetworkError(location: node.location, layer: node.name, reason: "\(error)")
      }
    }
    bindOutput(base, input)
  }

  private func bindOutput(_ base: UnsafeMutablePointer<Float>, _ input: UnsafeMutablePointer<Float>)
  {
    let place = places.outputs.last.flatMap { $0 }
    outputActivation?.bind(
      output: place.map { base + offsets[$0] } ?? input, scratch: base + offsets[places.scratch])
  }

  // MARK: Running

  /// Whether the layer at `index` only gives its input another shape.
  func isView(_ index: Int) -> Bool { layers[index].needs.isView }

  /// Points the plan at `rows` samples that lie elsewhere.
  public func moveInput(to storage: FloatStorage, at offset: Int) {
    precondition(offset >= 0 && offset + rows * graph.inputShape.count <= storage.count)
    let address = storage.base + offset
    guard address != inputAddress else { return }
    inputAddress = address
    inputStorage = storage
    for reader in readers { layers[reader.node].moveInput(reader.input, to: address) }
  }

  /// Measures the passes from now on; nil measures nothing.
  public var times: LayerTimes?

  /// Who looks at the outputs of layers from now on; nil is nobody.
  public var observer: (any LayerObserver)?

  /// Who looks at everything from now on, to find what is not finite; nil is nobody.
  public var trace: (any PassTrace)?

  /// Computes the output from the input.
  public func forward() { forward(layers.indices) }

  /// The forward pass of the layers `nodes`, which follow those that have had theirs.
  func forward(_ nodes: Range<Int>) {
    if nodes.isEmpty { return }
    if nodes.lowerBound == 0 { rounded.beginPass() }
    if let trace {
      for index in nodes {
        if !isView(index) { layers[index].forward() }
        show(outputOf: index, to: trace)
      }
      return
    }
    if let observer {
      forward(nodes, observedBy: observer)
      return
    }
    if let times {
      if nodes.lowerBound == 0 { times.count(rows: rows) }
      for index in nodes where !isView(index) { times.forward(index, layers[index]) }
      return
    }
    for index in nodes where !isView(index) { layers[index].forward() }
  }

  /// Shows every layer's output right after it was made: later layers may use its memory.
  private func forward(_ nodes: Range<Int>, observedBy observer: any LayerObserver) {
    guard let base else { return }
    for index in nodes where !isView(index) {
      layers[index].forward()
      guard let place = places.outputs[index] else { continue }
      let values = UnsafeBufferPointer(
        start: base + offsets[place], count: layers[index].output.storedCount)
      observer.observe(index, values.span, count: rows * graph.nodes[index].shape.count)
    }
  }

  /// What activity regularization adds to the objective for the rows of the last forward pass, as a
  /// sum over them.
  public var penalty: Double { layers.reduce(0) { $0 + $1.penalty } }

  /// Computes the gradient by every parameter, summed over the rows, from ``outputGradient``, and
  /// hands it to `sink` layer by layer.
  ///
  /// - Precondition: the output's gradient has been written; it is overwritten here.
  public func backward(into sink: any GradientSink) {
    backward(layers.indices, into: sink)
  }

  /// The backward pass of the layers `nodes`; those behind them have had theirs.
  func backward(_ nodes: Range<Int>, into sink: any GradientSink) {
    precondition(isTraining)
    for index in nodes.reversed() where runsBackward[index] {
      if let trace { show(outputGradientOf: index, to: trace) }
      guard let part = gradients[index] else {
        backward(index)
        continue
      }
      let (storage, offset) = sink.place(of: part.range)
      let origin = storage.base + (offset - part.range.lowerBound)
      context.gradients = origin
      backward(index)
      for gap in part.gaps { (origin + gap.lowerBound).update(repeating: 0, count: gap.count) }
      sink.ready(part.range)
    }
  }

  /// The same, into `arena`, which is laid out like the network's parameters.
  public func backward(into arena: FloatStorage) { backward(into: ArenaSink(arena)) }

  /// The backward pass of one layer, and the addition of gradients where a value has several readers.
  private func backward(_ index: Int) {
    if let times { times.backward(index, layers[index]) } else { layers[index].backward() }
    guard let joins = joins[index], let base else { return }
    for join in joins {
      let (total, part) = (base + offsets[join.total], base + offsets[join.part])
      for i in 0..<join.count { total[i] += part[i] }
    }
  }

  /// The output, `rows` × ``outputWidth``.
  public var output: Span<Float> {
    @_lifetime(borrow self) get {
      let place = places.outputs.last.flatMap { $0 }
      let address = place.flatMap { place in base.map { $0 + offsets[place] } } ?? inputAddress
      let buffer = UnsafeBufferPointer(start: address, count: rows * outputWidth)
      return _overrideLifetime(buffer.span, borrowing: self)
    }
  }

  /// Turns logits into probabilities, where an objective has taken over the last activation.
  public func applyOutputActivation() { outputActivation?.apply() }

  /// Where the objective writes its derivative by the output.
  ///
  /// - Precondition: the plan is for training.
  public var outputGradient: MutableSpan<Float> {
    @_lifetime(borrow self) get {
      let place = places.outputGradients.last.flatMap { $0 }
      let address = place.flatMap { place in base.map { $0 + offsets[place] } }
      let buffer = UnsafeMutableBufferPointer(
        start: address, count: address == nil ? 0 : rows * outputWidth)
      return _overrideLifetime(buffer.mutableSpan, borrowing: self)
    }
  }
}
