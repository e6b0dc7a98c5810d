import OneDNN
import Tensors

extension Pooling2D {
  /// oneDNN's pooling in the layout of the input.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    let placed: (geometry: WindowGeometry, output: Shape)
    do {
      let shape = site.inputs[0].shape
      placed = (try window.geometry(on: shape), try outputShape(for: [shape]))
    } catch {
      throw OneDNNError(invalid: "pooling where \(error)")
    }
    return try PreparedPooling(
      method == .max ? .max : .average, geometry: placed.geometry, output: placed.output,
      site: site)
  }
}

extension GlobalAveragePooling2D {
  /// Average pooling with a window of the whole image; the result in plain order.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    let shape = site.inputs[0].shape
    let geometry = WindowGeometry(
      kernel: [shape[1], shape[2]], strides: [1, 1], dilates: [0, 0], before: [0, 0],
      after: [0, 0])
    return try PreparedPooling(
      .average, geometry: geometry, output: [shape[0], 1, 1],
      flat: try MemoryDescriptor(plain: [site.rows, shape[0]]), site: site)
  }
}

/// Pooling, its workspace, and where asked a copy of the result in plain order.
final class PreparedPooling: PreparedLayer {
  let output: MemoryDescriptor
  private(set) var needs = BufferNeeds()
  private let site: LayerSite
  private let descriptors: (forward: PrimitiveDescriptor, backward: PrimitiveDescriptor?)
  private var executions: (forward: Execution?, backward: Execution?)
  private let source: Memory
  private let sourceGradient: Memory
  private let result: LayoutBridge
  private let resultGradient: LayoutBridge
  private let workspace: Memory?
  private let scratchpads: [Memory]

  /// Pooling to `output`, a `[channels, height, width]` shape, given away as `flat` if that is set.
  init(
    _ method: Pooling.Method, geometry: WindowGeometry, output shape: Shape,
    flat: MemoryDescriptor? = nil, site: LayerSite
  ) throws(OneDNNError) {
    self.site = site
    let engine = site.engine
    let layout = site.inputs[0].layout
    let forward = try Pooling.forward(
      method, source: layout,
      destination: try MemoryDescriptor(any: [site.rows] + shape.dimensions), geometry: geometry,
      training: site.isTraining, engine: engine)
    let pooled = try forward.requiredLayout(.destination)
    var backward: PrimitiveDescriptor?
    if site.isTraining, site.inputs[0].wantsGradient {
      backward = try Pooling.backward(
        method, source: layout, destination: pooled, geometry: geometry, forward: forward,
        engine: engine)
    }
    descriptors = (forward, backward)
    output = flat ?? pooled
    let given = flat == nil ? pooled : try pooled.plain()
    result = try LayoutBridge(from: pooled, to: given, copy: .near, engine: engine)
    resultGradient = try LayoutBridge(from: given, to: pooled, copy: .far, engine: engine)
    source = try Memory(layout, engine: engine)
    sourceGradient = try Memory(layout, engine: engine)
    if let layout = forward.layout(.workspace) {
      workspace = try Memory(layout, engine: engine)
      needs.saved = layout.storedCount
    } else {
      workspace = nil
    }
    var scratchpads: [Memory] = []
    for pass in [forward, backward] {
      if let layout = pass?.layout(.scratchpad) {
        scratchpads.append(try Memory(layout, engine: engine))
      }
    }
    self.scratchpads = scratchpads
    needs.scratch =
      result.copyCount + (scratchpads.map(\.descriptor.storedCount).max() ?? 0)
  }

  func bind(_ buffers: LayerBuffers) throws(OneDNNError) {
    source.move(to: buffers.inputs[0])
    try result.bind(from: buffers.scratch, to: buffers.output)
    for pad in scratchpads { pad.move(to: buffers.scratch + result.copyCount) }
    workspace?.move(to: buffers.saved)
    var shared: [(Argument, Memory)] = []
    if let workspace { shared.append((.workspace, workspace)) }
    executions.forward = try Execution(
      descriptors.forward,
      [(.source, source), (.destination, result.source)] + shared + pad(descriptors.forward))
    guard let backward = descriptors.backward, let from = buffers.outputGradient,
      let to = buffers.inputGradients[0]
    else { return }
    try resultGradient.bind(from: from, to: buffers.scratch)
    sourceGradient.move(to: to)
    executions.backward = try Execution(
      backward,
      [(.destinationGradient, resultGradient.destination), (.sourceGradient, sourceGradient)]
        + shared + pad(backward))
  }

  private func pad(_ pass: PrimitiveDescriptor) -> [(Argument, Memory)] {
    guard let layout = pass.layout(.scratchpad) else { return [] }
    return scratchpads.first { $0.descriptor == layout }.map { [(.scratchpad, $0)] } ?? []
  }

  func moveInput(_ index: Int, to address: UnsafeMutablePointer<Float>) { source.move(to: address) }

  func forward() {
    executions.forward?.run(site.stream)
    result.run(site.stream)
  }

  func backward() {
    resultGradient.run(site.stream)
    executions.backward?.run(site.stream)
  }
}
