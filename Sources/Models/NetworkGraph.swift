import Layers
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A network with every shape and every name settled: nodes in the order of computation.
///
/// Blocks have been resolved into layers that name their inputs, so a node may have several and the
/// output of a node several readers.
public struct NetworkGraph: Sendable {
  /// Where a node takes an input from.
  public enum Source: Hashable, Sendable {
    /// The network's own input.
    case input
    /// The output of an earlier node.
    case node(Int)
  }

  /// One layer in its place.
  public struct Node: Sendable {
    /// The name, unique in the network.
    public var name: String
    /// The layer.
    public var layer: any Layer
    /// Where its inputs come from.
    public var sources: [Source]
    /// The shapes of its inputs.
    public var inputShapes: [Shape]
    /// The shape of its output, for one sample.
    public var shape: Shape
    /// Its parameters.
    public var parameters: [ParameterSpec]
    /// Where it was written.
    public var location: String?
    /// Whether its first input is a sequence with padded steps.
    public var readsMask = false
    /// Whether its output is one.
    public var isMasked = false
  }

  /// The shape of one sample's input.
  public let inputShape: Shape
  /// The inputs by name, whose numbers lie one behind the other in a sample; empty where there is one without
  /// a name.
  public let inputs: [NetworkInput]
  /// The layers in the order of computation.
  public internal(set) var nodes: [Node] = []
  /// The last activation, where an objective has taken it over: the output is logits.
  public private(set) var outputActivation: Activation?
  /// In which numbers products and convolutions are computed.
  public var precision = Precision.float32
  private var counts: [String: Int] = [:]
  /// The names of all nodes.
  private var names: Set<String> = []
  /// The last node that was written; behind it stands a flatten layer where its output is an image.
  public private(set) var lastWritten = 0

  /// The shape of one sample's output, which is flat.
  public var outputShape: Shape { nodes.last?.shape ?? inputShape }

  /// The number of learnt values.
  public var parameterCount: Int {
    nodes.flatMap(\.parameters).reduce(0) { $0 + ($1.role == .statistic ? 0 : $1.shape.count) }
  }

  /// Settles every shape and name of `spec` for samples of `inputShape`, which may be several inputs.
  ///
  /// - Throws: ``NetworkError`` naming the first layer that can't take its input, or a name used
  ///   twice.
  public init(
    _ spec: NetworkSpec, inputShape: Shape, inputs: [NetworkInput] = []
  ) throws(NetworkError) {
    self.inputShape = inputShape
    self.inputs = inputs
    try NetworkGraph.check(output: inputShape, "input", nil)
    guard !spec.layers.isEmpty else {
      throw NetworkError(location: nil, layer: "model", reason: "there is no layer; add one")
    }
    var end = Source.input
    for entry in spec.layers { end = try append(entry, after: end) }
    lastWritten = nodes.count - 1
    // Objectives and predictions read outputs in plain order; images lie as the layer likes best.
    if outputShape.rank > 1 { _ = try append(LayerSpec(.layer(Flatten())), after: end) }
    fuseReLUs()
    try checkInputs()
    try checkReadersOfInput()
    try spreadMask()
  }

  /// The ids that the network's input may hold are those below this number; nil where it holds no ids.
  public var vocabulary: Int? {
    nodes.compactMap { ($0.layer as? Embedding)?.vocabulary }.min()
  }

  /// The activation that ends the network.
  public var lastActivation: Activation? {
    switch nodes[lastWritten].layer {
    case let dense as Dense: dense.activation
    case let convolution as Convolution2D where isOutput(convolution.activation, of: lastWritten):
      convolution.activation
    case let layer as ActivationLayer: layer.activation
    default: nil
    }
  }

  /// Whether the outputs of node `index`, laid flat, are those of `activation`: a softmax over the channels
  /// of each position of an image is one over all outputs only where there is one position.
  private func isOutput(_ activation: Activation, of index: Int) -> Bool {
    activation != .softmax || nodes[index].shape.count == nodes[index].shape[0]
  }

  /// The activation whose values the network puts out, given up or not: layers that only penalize outputs or
  /// lay a row flat are passed over, and a mean of branches has that of its branches; nil where the outputs are
  /// those of no activation.
  public var shownActivation: Activation? {
    outputActivation ?? (nodes.isEmpty ? nil : shownActivation(of: lastWritten))
  }

  private func shownActivation(of index: Int) -> Activation? {
    let node = nodes[index]
    func before(_ source: Source) -> Activation? {
      if case .node(let index) = source { shownActivation(of: index) } else { nil }
    }
    switch node.layer {
    case let dense as Dense: return dense.activation
    case let convolution as Convolution2D where isOutput(convolution.activation, of: index):
      return convolution.activation
    case let layer as ActivationLayer where layer.activation != .linear: return layer.activation
    case is ActivityRegularization, is ActivationLayer: return before(node.sources[0])
    case is Flatten where node.inputShapes[0] == node.shape: return before(node.sources[0])
    case is Reshape where node.inputShapes[0] == node.shape: return before(node.sources[0])
    case let merge as Merge where merge.method == .mean:
      let all = node.sources.map(before)
      guard let first = all[0], first == .softmax || first == .sigmoid || first == .hardSigmoid,
        all.allSatisfy({ $0 == first })
      else { return nil }
      return first
    default: return nil
    }
  }

  /// Leaves the last activation to an objective that reads logits.
  public mutating func giveUpLastActivation() {
    guard let activation = lastActivation, activation != .linear else { return }
    let last = lastWritten
    if var dense = nodes[last].layer as? Dense {
      dense.activation = .linear
      nodes[last].layer = dense
    } else if var convolution = nodes[last].layer as? Convolution2D {
      convolution.activation = .linear
      nodes[last].layer = convolution
    } else {
      nodes[last].layer = ActivationLayer(.linear)
    }
    outputActivation = activation
  }

  /// Gives every layer with parameters and without a multiplier of its own one for its learning
  /// rate: geometrically from `input` to `output`, in the order of computation.
  ///
  ///     mⱼ = input (output/input)^(j/(n − 1)),  j = 0 … n − 1
  ///
  /// n is the number of layers with parameters that are learnt; where there is one, it gets `output`.
  public mutating func spreadRateMultipliers(input: Float, output: Float) {
    let learnt = nodes.indices.filter { index in
      nodes[index].parameters.contains { $0.role != .statistic }
    }
    for (place, index) in learnt.enumerated() {
      // Both ends exactly as given.
      let share = place == learnt.count - 1 ? 1 : Double(place) / Double(learnt.count - 1)
      let ratio = Double(output) / Double(input)
      let multiplier = share == 1 ? output : Float(Double(input) * pow(ratio, share))
      setRateMultiplier(multiplier, of: index)
    }
  }

  /// Keeps the parameters of the first `count` layers that have some as they are.
  public mutating func freeze(first count: Int) {
    for index in nodes.indices.filter({ !nodes[$0].parameters.isEmpty }).prefix(count) {
      for place in nodes[index].parameters.indices {
        nodes[index].parameters[place].rateMultiplier = 0
      }
    }
  }

  /// Sets the multiplier of a node's parameters where they have none.
  private mutating func setRateMultiplier(_ multiplier: Float?, of index: Int) {
    for place in nodes[index].parameters.indices
    where nodes[index].parameters[place].rateMultiplier == nil {
      nodes[index].parameters[place].rateMultiplier = multiplier
    }
  }

  func shape(of source: Source) -> Shape {
    switch source {
    case .input: inputShape
    case .node(let index): nodes[index].shape
    }
  }

  mutating func append(_ entry: LayerSpec, after source: Source) throws(NetworkError)
    -> Source
  {
    switch entry.body {
    case .layer(let layer):
      let name = try name(entry.name, kind: layer.kind, location: entry.location)
      let end = try append(layer, name: name, sources: [source], location: entry.location)
      setRateMultiplier(entry.rateMultiplier, of: nodes.count - 1)
      guard let penalty = (layer as? any ActivityPenalized)?.activityRegularizer else { return end }
      return try append(
        ActivityRegularization(penalty), name: name + "_activity", sources: [end],
        location: entry.location)
    case .input(let name): return try appendInput(name, entry, after: source)
    case .residual(let block): return try append(block, entry, after: source)
    case .parallel(let branches, let merge):
      return try append(branches, merge, entry, after: source)
    case .repetition(let layers, let times):
      guard times >= 1, !layers.isEmpty else {
        throw NetworkError(
          location: entry.location, layer: entry.name ?? "repeat",
          reason: layers.isEmpty
            ? "there is no layer to repeat; add one" : "times is \(times); it must be at least 1")
      }
      return try append(layers, times: times, after: source)
    case .stages(let stages):
      let name = try name(entry.name, kind: "stages", location: entry.location)
      var end = source
      for layer in stages.layers(name: name, location: entry.location) {
        end = try append(layer, after: end)
      }
      return end
    }
  }

  mutating func name(
    _ given: String?, kind: String, location: String?
  ) throws(NetworkError) -> String {
    let count = (counts[kind] ?? 0) + 1
    counts[kind] = count
    let name = given ?? "\(kind)_\(count)"
    guard !names.contains(name) else {
      throw NetworkError(
        location: location, layer: name, reason: "the name is used twice; rename one of them")
    }
    return name
  }

  mutating func append(
    _ layer: any Layer, name: String, sources: [Source], location: String?
  ) throws(NetworkError) -> Source {
    try requireRoom(name, location)
    let shapes = sources.map(shape(of:))
    let output: Shape
    do {
      output = try layer.outputShape(for: shapes)
    } catch {
      throw NetworkError(location: location, layer: name, reason: error.description)
    }
    try NetworkGraph.check(output: output, name, location)
    if let activation = layer as? ActivationLayer, activation.activation == .softmax,
      case .node(let before) = sources[0], isLine(before)
    {
      throw NetworkError(
        location: location, layer: name,
        reason:
          "softmax takes \(shapes[0]) for [steps, features], but these are [channels, length]; for a"
          + " softmax over the channels write `activation: softmax` in the conv1d layer, for one over all"
          + " outputs put `flatten` before it")
    }
    let parameters = layer.parameters(for: shapes)
    try NetworkGraph.check(parameters, name, location)
    nodes.append(
      Node(
        name: name, layer: layer, sources: sources, inputShapes: shapes, shape: output,
        parameters: parameters, location: location))
    names.insert(name)
    return .node(nodes.count - 1)
  }
}
