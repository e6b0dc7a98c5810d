import OneDNN
import Tensors

extension TransposedConvolution2D {
  /// The layout that the gradient of the convolution prefers, which is the forward pass here.
  public func preferredLayouts(at site: LayerSite) throws(OneDNNError) -> [MemoryDescriptor] {
    let channels = site.inputs[0].shape[0]
    let passes = try TransposedPasses(
      self, site,
      weights: try MemoryDescriptor(any: [channels, filters, kernel.height, kernel.width]))
    let weights = try passes.spread.requiredLayout(.weights)
    return usesBias ? [weights, try MemoryDescriptor(plain: [filters])] : [weights]
  }

  /// Compiles the three products of the convolution, each in another's place.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    try PreparedTransposedConvolution(
      self, passes: try TransposedPasses(self, site, weights: site.parameterLayouts[0]),
      site: site)
  }
}

/// The passes of the convolution that leads from the layer's output to its input.
private struct TransposedPasses {
  /// Its forward pass: the gradient by the layer's input.
  let gather: PrimitiveDescriptor
  /// Its gradient by the input: the layer's forward pass.
  let spread: PrimitiveDescriptor
  /// Its gradient by the weights, with the layer's input as the result's gradient.
  let weights: PrimitiveDescriptor

  init(
    _ layer: TransposedConvolution2D, _ site: LayerSite, weights: MemoryDescriptor
  ) throws(OneDNNError) {
    let geometry: WindowGeometry
    let output: Shape
    do {
      output = try layer.outputShape(for: [site.inputs[0].shape])
      geometry = try layer.window.geometry(on: output)
    } catch {
      throw OneDNNError(invalid: "a transposed convolution where \(error)")
    }
    let engine = site.engine
    let image = try MemoryDescriptor(any: [site.rows] + output.dimensions)
    let input = try MemoryDescriptor(any: [site.rows] + site.inputs[0].shape.dimensions)
    let free = try MemoryDescriptor(any: weights.dimensions)
    gather = try Convolution.forward(
      source: image, weights: free, bias: nil, destination: input, geometry: geometry,
      postOperation: nil, training: true, engine: engine)
    let hint = gather
    // The result lies in blocks of channels or plain, so that the bias is easily added.
    var candidates: [ProductLayouts] = []
    for block in [16, 8, 1] {
      let blocked = try MemoryDescriptor(
        images: [site.rows] + output.dimensions, channelBlock: block)
      candidates += [(blocked, weights, input), (blocked, free, input)]
    }
    spread = try fastest(candidates) { source, weights, result throws(OneDNNError) in
      try Convolution.backwardData(
        source: source, weights: weights, destination: result, geometry: geometry,
        forward: hint, engine: engine)
    }
    self.weights = try Convolution.backwardWeights(
      source: image, weights: free, bias: nil, destination: input, geometry: geometry,
      forward: gather, engine: engine)
  }
}

/// A transposed convolution; whatever a pass wants in another layout is copied around it.
private final class PreparedTransposedConvolution: PreparedLayer {
  let output: MemoryDescriptor
  private(set) var needs = BufferNeeds()
  private let site: LayerSite
  private let usesBias: Bool
  private let passes: TransposedPasses
  private let activation: PreparedActivation
  private let bias: ChannelBias
  /// The ways of the forward pass: input and weights there, nothing back.
  private let spread: (input: LayoutBridge, weights: LayoutBridge)
  /// The ways of the gradient by the input: ∂y and weights there, ∂x back.
  private let gather: (gradient: LayoutBridge, weights: LayoutBridge, result: LayoutBridge)
  /// The ways of the gradient by the weights: ∂y and input there, ∂W back.
  private let learn: (gradient: LayoutBridge, input: LayoutBridge, result: LayoutBridge)
  private let pads: [Memory]
  private let preActivation: Memory
  private var executions: (spread: Execution?, gather: Execution?, learn: Execution?)
  private var places: (z: UnsafeMutablePointer<Float>, dy: UnsafeMutablePointer<Float>?)?
  private var wantsInput = false

  init(
    _ layer: TransposedConvolution2D, passes: TransposedPasses, site: LayerSite
  ) throws(OneDNNError) {
    let engine = site.engine
    self.site = site
    self.passes = passes
    usesBias = layer.usesBias
    let result = try passes.spread.requiredLayout(.sourceGradient)
    let (input, home) = (site.inputs[0].layout, site.parameterLayouts[0])
    output = result
    activation = try PreparedActivation(
      layer.activation, layout: result, isFused: false, site: site)
    preActivation = try Memory(result, engine: engine)
    func way(
      _ near: MemoryDescriptor, _ far: MemoryDescriptor, _ copy: LayoutBridge.Copy = .far
    ) throws(OneDNNError) -> LayoutBridge {
      try LayoutBridge(from: near, to: far, copy: copy, engine: engine)
    }
    spread = (
      try way(input, try passes.spread.requiredLayout(.destinationGradient)),
      try way(home, try passes.spread.requiredLayout(.weights))
    )
    gather = (
      try way(result, try passes.gather.requiredLayout(.source)),
      try way(home, try passes.gather.requiredLayout(.weights)),
      try way(try passes.gather.requiredLayout(.destination), input, .near)
    )
    learn = (
      try way(result, try passes.weights.requiredLayout(.source)),
      try way(input, try passes.weights.requiredLayout(.destinationGradient)),
      try way(try passes.weights.requiredLayout(.weightsGradient), home, .near)
    )
    let extents = result.dimensions
    bias = ChannelBias(
      rows: site.rows, channels: layer.filters, positions: extents[2] * extents[3],
      block: result.channelBlock ?? 1)
    var pads: [Memory] = []
    for pass in [passes.gather, passes.spread, passes.weights] {
      if let layout = pass.layout(.scratchpad) { pads.append(try Memory(layout, engine: engine)) }
    }
    self.pads = pads
    needs.keepsInputs = site.isTraining
    needs.keepsOutput = activation.keepsOutput
    needs.saved = activation.keepsInput && site.isTraining ? result.storedCount : 0
    let copies = [
      spread.input.copyCount + spread.weights.copyCount,
      gather.gradient.copyCount + gather.weights.copyCount + gather.result.copyCount,
      learn.gradient.copyCount + learn.input.copyCount + learn.result.copyCount,
    ]
    copyRoom = ((copies.max() ?? 0) + 15) / 16 * 16
    needs.scratch =
      copyRoom + max(activation.scratch, pads.map(\.descriptor.storedCount).max() ?? 0)
  }
  private let copyRoom: Int

  func bind(_ buffers: LayerBuffers) throws(OneDNNError) {
    let z = needs.saved > 0 ? buffers.saved : buffers.output
    let home = site.weights + site.parameterOffsets[0]
    let scratch = buffers.scratch
    for pad in pads { pad.move(to: scratch + copyRoom) }
    preActivation.move(to: z)
    activation.bind(
      input: z, output: buffers.output, gradient: buffers.outputGradient,
      scratch: scratch + copyRoom)
    try spread.input.bind(from: buffers.inputs[0], to: scratch)
    try spread.weights.bind(from: home, to: scratch + spread.input.copyCount)
    executions.spread = try Execution(
      passes.spread,
      [
        (.destinationGradient, spread.input.destination), (.weights, spread.weights.destination),
        (.sourceGradient, preActivation),
      ] + pad(passes.spread))
    places = (z, buffers.outputGradient)
    guard let dy = buffers.outputGradient else { return }
    var place = scratch
    try learn.gradient.bind(from: dy, to: place)
    place += learn.gradient.copyCount
    try learn.input.bind(from: buffers.inputs[0], to: place)
    place += learn.input.copyCount
    try learn.result.bind(from: place, to: site.pass.gradients + site.parameterOffsets[0])
    executions.learn = try Execution(
      passes.weights,
      [
        (.source, learn.gradient.destination), (.destinationGradient, learn.input.destination),
        (.weightsGradient, learn.result.source),
      ] + pad(passes.weights))
    guard let target = buffers.inputGradients[0] else { return }
    wantsInput = true
    place = scratch
    try gather.gradient.bind(from: dy, to: place)
    place += gather.gradient.copyCount
    try gather.weights.bind(from: home, to: place)
    place += gather.weights.copyCount
    try gather.result.bind(from: place, to: target)
    executions.gather = try Execution(
      passes.gather,
      [
        (.source, gather.gradient.destination), (.weights, gather.weights.destination),
        (.destination, gather.result.source),
      ] + pad(passes.gather))
  }

  private func pad(_ pass: PrimitiveDescriptor) -> [(Argument, Memory)] {
    guard let layout = pass.layout(.scratchpad) else { return [] }
    return pads.first { $0.descriptor == layout }.map { [(.scratchpad, $0)] } ?? []
  }

  func moveInput(_ index: Int, to address: UnsafeMutablePointer<Float>) {
    spread.input.moveSource(to: address)
    learn.input.moveSource(to: address)
  }

  func forward() {
    spread.input.run(site.stream)
    spread.weights.run(site.stream)
    executions.spread?.run(site.stream)
    if usesBias, let places {
      bias.add(site.weights + site.parameterOffsets[1], to: places.z)
    }
    activation.forward()
  }

  func backward() {
    activation.backward()
    let gradients = site.pass.gradients
    if usesBias, let dy = places?.dy {
      bias.sum(dy, into: gradients + site.parameterOffsets[1])
    }
    learn.result.moveDestination(to: gradients + site.parameterOffsets[0])
    learn.gradient.run(site.stream)
    learn.input.run(site.stream)
    executions.learn?.run(site.stream)
    learn.result.run(site.stream)
    guard wantsInput else { return }
    gather.gradient.run(site.stream)
    gather.weights.run(site.stream)
    executions.gather?.run(site.stream)
    gather.result.run(site.stream)
  }
}
