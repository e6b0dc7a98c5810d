import OneDNN

/// The three passes of a layer that multiplies by weights, whatever the product: their descriptors.
struct WeightPasses {
  var forward: PrimitiveDescriptor
  var backwardWeights: PrimitiveDescriptor?
  var backwardData: PrimitiveDescriptor?
}

/// Runs a product with weights, its bias and its activation: dense and convolution share it.
///
/// Every primitive takes the layouts of its neighbours and of the arena where it can do so without
/// falling back to slow reference code; where it can't, a copy in its own layout is made around it.
final class WeightProduct: PreparedLayer {
  let output: MemoryDescriptor
  private(set) var needs = BufferNeeds()

  private let site: LayerSite
  private let passes: WeightPasses
  private let activation: PreparedActivation
  private let source: LayoutBridge
  private let dataWeights: LayoutBridge?
  private let weightsGradient: LayoutBridge?
  /// The input and the output's gradient as the weights' backward pass wants them.
  private let weightsInput: (source: LayoutBridge, gradient: LayoutBridge)?
  /// The output's gradient as the input's backward pass wants it.
  private let dataGradient: LayoutBridge?
  private let sourceGradient: LayoutBridge?
  private let outputMemory: Memory
  private let weights: Memory
  private let bias: Memory?
  private let biasGradient: Memory?
  private let scratchpads: [Memory]
  private var executions: (forward: Execution?, data: Execution?, weights: Execution?)
  private var z: UnsafeMutablePointer<Float>?
  private let preActivation: Memory

  /// Compiles the product; `activation` is applied inside the forward primitive if `isFused`.
  init(
    _ passes: WeightPasses, activation kind: Activation, isFused: Bool, usesBias: Bool,
    site: LayerSite
  ) throws(OneDNNError) {
    self.site = site
    self.passes = passes
    let engine = site.engine
    let output = try passes.forward.requiredLayout(.destination)
    let wanted = try passes.forward.requiredLayout(.source)
    self.output = output
    activation = try PreparedActivation(kind, layout: output, isFused: isFused, site: site)
    source = try LayoutBridge(
      from: site.inputs[0].layout, to: wanted, copy: .far, engine: engine)
    outputMemory = try Memory(output, engine: engine)
    preActivation = try Memory(output, engine: engine)
    weights = try Memory(
      site.parameterLayouts[0], engine: engine, at: site.weights + site.parameterOffsets[0])
    if usesBias {
      let layout = site.parameterLayouts[1]
      bias = try Memory(layout, engine: engine, at: site.weights + site.parameterOffsets[1])
      biasGradient = try Memory(layout, engine: engine)
    } else {
      bias = nil
      biasGradient = nil
    }
    if let data = passes.backwardData {
      let wanted = try data.requiredLayout(.weights)
      let gradient = try data.requiredLayout(.sourceGradient)
      dataGradient = try LayoutBridge(
        from: output, to: try data.requiredLayout(.destinationGradient), copy: .far,
        engine: engine)
      dataWeights = try LayoutBridge(
        from: site.parameterLayouts[0], to: wanted, copy: .far, engine: engine)
      sourceGradient = try LayoutBridge(
        from: gradient, to: site.inputs[0].layout, copy: .near, engine: engine)
    } else {
      dataWeights = nil
      sourceGradient = nil
      dataGradient = nil
    }
    if let backward = passes.backwardWeights {
      weightsInput = (
        try LayoutBridge(
          from: wanted, to: try backward.requiredLayout(.source), copy: .far, engine: engine),
        try LayoutBridge(
          from: output, to: try backward.requiredLayout(.destinationGradient), copy: .far,
          engine: engine)
      )
      let wanted = try backward.requiredLayout(.weightsGradient)
      weightsGradient = try LayoutBridge(
        from: wanted, to: site.parameterLayouts[0], copy: .near, engine: engine)
    } else {
      weightsGradient = nil
      weightsInput = nil
    }
    var scratchpads: [Memory] = []
    for pass in [passes.forward, passes.backwardWeights, passes.backwardData] {
      if let layout = pass?.layout(.scratchpad) {
        scratchpads.append(try Memory(layout, engine: engine))
      }
    }
    self.scratchpads = scratchpads
    needs = wants()
  }

  /// Saved: the input in the product's layout, then z. Scratch: copies around the backward
  /// primitives, then their scratchpad.
  private func wants() -> BufferNeeds {
    var needs = BufferNeeds()
    needs.keepsInputs = site.isTraining && source.isDirect
    needs.keepsOutput = activation.keepsOutput
    let keepsZ = activation.keepsInput && site.isTraining
    needs.saved = source.copyCount + (keepsZ ? output.storedCount : 0)
    let copies = [
      dataWeights, sourceGradient, weightsGradient, weightsInput?.source, weightsInput?.gradient,
      dataGradient,
    ].map { $0?.copyCount ?? 0 }
    let pads = scratchpads.map(\.descriptor.storedCount).max() ?? 0
    needs.scratch = copies.reduce(0, +) + max(pads, activation.scratch)
    return needs
  }

  func bind(_ buffers: LayerBuffers) throws(OneDNNError) {
    var saved = buffers.saved
    try source.bind(from: buffers.inputs[0], to: saved)
    saved += source.copyCount
    let keepsZ = activation.keepsInput && site.isTraining
    let z = keepsZ ? saved : buffers.output
    self.z = z
    preActivation.move(to: z)
    outputMemory.move(to: buffers.output)
    var scratch = buffers.scratch
    if let dataWeights {
      try dataWeights.bind(from: site.weights + site.parameterOffsets[0], to: scratch)
      scratch += dataWeights.copyCount
    }
    if let sourceGradient, let target = buffers.inputGradients[0] {
      try sourceGradient.bind(from: scratch, to: target)
      scratch += sourceGradient.copyCount
    }
    if let weightsGradient {
      try weightsGradient.bind(from: scratch, to: site.pass.gradients + site.parameterOffsets[0])
      scratch += weightsGradient.copyCount
    }
    if let weightsInput, let gradient = buffers.outputGradient {
      let home = source.isDirect ? buffers.inputs[0] : buffers.saved
      try weightsInput.source.bind(from: home, to: scratch)
      scratch += weightsInput.source.copyCount
      try weightsInput.gradient.bind(from: gradient, to: scratch)
      scratch += weightsInput.gradient.copyCount
    }
    if let dataGradient, let gradient = buffers.outputGradient {
      try dataGradient.bind(from: gradient, to: scratch)
      scratch += dataGradient.copyCount
    }
    for pad in scratchpads { pad.move(to: scratch) }
    activation.bind(
      input: z, output: buffers.output, gradient: buffers.outputGradient, scratch: scratch)
    try compile()
  }

  private func compile() throws(OneDNNError) {
    func pad(_ pass: PrimitiveDescriptor) -> [(Argument, Memory)] {
      guard let layout = pass.layout(.scratchpad) else { return [] }
      return scratchpads.first { $0.descriptor == layout }.map { [(.scratchpad, $0)] } ?? []
    }
    var arguments: [(Argument, Memory)] = [
      (.source, source.destination), (.weights, weights), (.destination, preActivation),
    ]
    if let bias { arguments.append((.bias, bias)) }
    executions.forward = try Execution(passes.forward, arguments + pad(passes.forward))
    if let backward = passes.backwardWeights, let weightsGradient, let weightsInput {
      arguments = [
        (.source, weightsInput.source.destination), (.weightsGradient, weightsGradient.source),
        (.destinationGradient, weightsInput.gradient.destination),
      ]
      if let biasGradient { arguments.append((.biasGradient, biasGradient)) }
      executions.weights = try Execution(backward, arguments + pad(backward))
    }
    if let backward = passes.backwardData, let dataWeights, let sourceGradient, let dataGradient {
      arguments = [
        (.weights, dataWeights.destination), (.sourceGradient, sourceGradient.source),
        (.destinationGradient, dataGradient.destination),
      ]
      executions.data = try Execution(backward, arguments + pad(backward))
    }
  }

  func moveInput(_ index: Int, to address: UnsafeMutablePointer<Float>) {
    source.moveSource(to: address)
    if source.isDirect { weightsInput?.source.moveSource(to: address) }
  }

  func forward() {
    source.run(site.stream)
    executions.forward?.run(site.stream)
    activation.forward()
  }

  func backward() {
    activation.backward()
    let gradients = site.pass.gradients
    if let weightsGradient, let weightsInput {
      weightsGradient.moveDestination(to: gradients + site.parameterOffsets[0])
      weightsInput.source.run(site.stream)
      weightsInput.gradient.run(site.stream)
      if let biasGradient { biasGradient.move(to: gradients + site.parameterOffsets[1]) }
      executions.weights?.run(site.stream)
      weightsGradient.run(site.stream)
    }
    if let dataWeights, let sourceGradient, let dataGradient {
      dataWeights.run(site.stream)
      dataGradient.run(site.stream)
      executions.data?.run(site.stream)
      sourceGradient.run(site.stream)
    }
  }
}
