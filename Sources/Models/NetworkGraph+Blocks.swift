import Layers
import Tensors

extension NetworkGraph {
  /// f, the shortcut, their sum, and what follows it.
  mutating func append(
    _ block: ResidualSpec, _ entry: LayerSpec, after source: Source
  ) throws(NetworkError) -> Source {
    let name = try name(entry.name, kind: "residual", location: entry.location)
    guard !block.layers.isEmpty else {
      throw NetworkError(
        location: entry.location, layer: name, reason: "the block is empty; add layers to it")
    }
    var branch = source
    for entry in block.layers { branch = try append(entry, after: branch) }
    if block.depthRate != 0 {
      branch = try append(
        StochasticDepth(rate: block.depthRate), name: name + "_depth", sources: [branch],
        location: entry.location)
    }
    let (from, to) = (shape(of: source), shape(of: branch))
    var shortcut: Source? = source
    switch block.shortcut {
    case .none: shortcut = nil
    case .projection where from != to, .normalizedProjection where from != to:
      let projected = try append(
        try projection(
          from, to, isLine: isLine(branch), block, name: name, location: entry.location),
        name: name + "_projection", sources: [source], location: entry.location)
      shortcut = projected
      if block.shortcut == .normalizedProjection {
        shortcut = try append(
          block.normalization, name: name + "_projection_bn", sources: [projected],
          location: entry.location)
      }
    case .padded where from != to:
      shortcut = try append(
        PaddedShortcut(to: to), name: name + "_shortcut", sources: [source],
        location: entry.location)
    case .projection, .normalizedProjection, .padded: break
    }
    var sum = branch
    if let shortcut {
      sum = try append(
        Merge(.sum), name: name, sources: [branch, shortcut], location: entry.location)
    }
    guard block.activation != .linear else { return sum }
    return try append(
      ActivationLayer(block.activation), name: name + "_activation", sources: [sum],
      location: entry.location)
  }

  /// Every branch after `source`, and where they meet.
  mutating func append(
    _ branches: [[LayerSpec]], _ merge: BranchMerge, _ entry: LayerSpec, after source: Source
  ) throws(NetworkError) -> Source {
    let name = try name(entry.name, kind: "parallel", location: entry.location)
    guard !branches.isEmpty else {
      throw NetworkError(
        location: entry.location, layer: name, reason: "there is no branch; add some")
    }
    var ends: [Source] = []
    for branch in branches {
      var end = source
      for entry in branch { end = try append(entry, after: end) }
      ends.append(end)
    }
    return try append(merge.layer, name: name, sources: ends, location: entry.location)
  }

  /// The layers `times` times; given names get the number of the copy behind them.
  mutating func append(
    _ layers: [LayerSpec], times: Int, after source: Source
  ) throws(NetworkError) -> Source {
    var end = source
    for copy in 1...max(times, 1) {
      for layer in layers { end = try append(layer.numbered(copy), after: end) }
    }
    return end
  }

  private func isLine(_ source: Source) -> Bool {
    if case .node(let index) = source { isLine(index) } else { false }
  }

  /// The shortcut where shapes differ: W x without bias, as in He et al. (2015), option B; of a sequence in
  /// each step.
  private func projection(
    _ from: Shape, _ to: Shape, isLine: Bool, _ block: ResidualSpec, name: String,
    location: String?
  ) throws(NetworkError) -> any Layer {
    let initializer = block.projection
    func error(_ reason: String) -> NetworkError {
      NetworkError(
        location: location, layer: name,
        reason: "the block turns \(from) into \(to), and no projection leads from one to the other;"
          + " " + reason)
    }
    let isSequence = from.rank == 2 && to.rank == 2 && !isLine
    if from.rank == 1 && to.rank == 1 || isSequence && from[0] == to[0] {
      guard !isSequence || block.shortcut != .normalizedProjection else {
        throw error(
          "batch normalization would take [steps, features] for [channels, length]: write"
            + " `shortcut: projection`")
      }
      return Dense(
        units: to[to.rank - 1], usesBias: false, initializer: initializer,
        biasInitializer: initializer)
    }
    guard from.rank == to.rank else {
      throw error(
        from.rank == 2 && to.rank == 1
          ? "give its last recurrent layer `return_sequences: true`, or `shortcut: none`"
          : "let its layers keep the number of dimensions")
    }
    guard !isSequence else {
      throw error("let its layers keep the \(from[0]) steps")
    }
    let (start, end) = (from.asImage, to.asImage)
    if start.rank == 3, end.rank == 3, end[1] > 0, end[2] > 0 {
      let stride = Extent2D((start[1] + end[1] - 1) / end[1], (start[2] + end[2] - 1) / end[2])
      let convolution = Convolution2D(
        filters: to[0], kernel: Extent2D(1, 1), stride: stride, usesBias: false,
        initializer: initializer, biasInitializer: initializer)
      let layer: any Layer = from.rank == 2 ? Convolution1D(convolution) : convolution
      if let reached = try? layer.outputShape(for: [from]), reached == to { return layer }
    }
    throw error("change strides or padding so that the shapes agree")
  }

  /// Lets layers apply a ReLU themselves where it is the only one to read them; the ReLU's node becomes
  /// a view.
  mutating func fuseReLUs() {
    var readers = [Int](repeating: 0, count: nodes.count)
    for source in nodes.flatMap(\.sources) {
      if case .node(let index) = source { readers[index] += 1 }
    }
    // The last activation belongs to the objective.
    for index in nodes.indices.dropLast() where index != lastWritten {
      guard let activation = nodes[index].layer as? ActivationLayer,
        activation.activation == .relu(), case .node(let from) = nodes[index].sources[0],
        readers[from] == 1, var layer = nodes[from].layer as? any ReLUFusing
      else { continue }
      layer.fusesReLU = true
      nodes[from].layer = layer
      nodes[index].layer = ActivationLayer(.linear)
    }
  }
}

extension LayerSpec {
  /// The same entry with the number `copy` behind every name that it was given.
  func numbered(_ copy: Int) -> LayerSpec {
    var spec = self
    spec.name = name.map { "\($0)_\(copy)" }
    func all(_ layers: [LayerSpec]) -> [LayerSpec] { layers.map { $0.numbered(copy) } }
    switch body {
    case .layer, .input, .stages: break
    case .residual(var block):
      block.layers = all(block.layers)
      spec.body = .residual(block)
    case .parallel(let branches, let merge): spec.body = .parallel(branches.map(all), merge: merge)
    case .repetition(let layers, let times): spec.body = .repetition(all(layers), times: times)
    }
    return spec
  }
}
