import OneDNN
import Tensors

extension BatchNormalization {
  /// oneDNN's batch normalization in the layout of the input; loops of our own where statistics are to
  /// be those of the global minibatch.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    isSynchronized && site.isTraining
      ? try PreparedSynchronizedNormalization(self, site: site)
      : try PreparedBatchNormalization(self, site: site)
  }
}

/// Batch normalization, with the ReLU behind it where there is one.
final class PreparedBatchNormalization: PreparedLayer {
  let output: MemoryDescriptor
  private(set) var needs = BufferNeeds()
  private let site: LayerSite
  private let channels: Int
  /// Whether the statistics are the shard's own.
  private let measures: Bool
  private let descriptors: (forward: PrimitiveDescriptor, backward: PrimitiveDescriptor?)
  private var executions: (forward: Execution?, backward: Execution?)
  private let source: Memory
  private let result: Memory
  private let resultGradient: Memory
  private let sourceGradient: Memory
  private let mean: Memory
  private let variance: Memory
  private let scale: Memory?
  private let shift: Memory?
  private let scaleGradient: Memory?
  private let shiftGradient: Memory?
  private let workspace: Memory?
  private let scratchpads: [Memory]
  private var means: UnsafeMutablePointer<Float>?
  private var variances: UnsafeMutablePointer<Float>?

  /// Compiles `layer`.
  init(_ layer: BatchNormalization, site: LayerSite) throws(OneDNNError) {
    self.site = site
    let engine = site.engine
    let input = site.inputs[0]
    output = input.layout
    let (channels, positions) = channelsAndPositions(input.shape)
    self.channels = channels
    measures = site.isTraining && site.rows * positions > 1
    // A plain matrix is read across its features, which lie side by side.
    let data =
      input.shape.rank == 1
      ? try MemoryDescriptor(pixels: site.rows, channels: channels) : input.layout
    let method = OneDNN.BatchNormalization(
      epsilon: layer.epsilon, usesScale: layer.usesScale, usesShift: layer.usesShift,
      usesGivenStatistics: !measures, fusesReLU: layer.fusesReLU)
    let forward = try method.forward(data: data, training: site.isTraining, engine: engine)
    let backward =
      site.isTraining ? try method.backward(data: data, forward: forward, engine: engine) : nil
    descriptors = (forward, backward)
    source = try Memory(data, engine: engine)
    result = try Memory(data, engine: engine)
    resultGradient = try Memory(data, engine: engine)
    sourceGradient = try Memory(data, engine: engine)
    let row = try MemoryDescriptor(plain: [channels])
    func parameter(_ index: Int) throws(OneDNNError) -> Memory {
      try Memory(row, engine: engine, at: site.weights + site.parameterOffsets[index])
    }
    let learnt = (layer.usesScale ? 1 : 0) + (layer.usesShift ? 1 : 0)
    scale = layer.usesScale ? try parameter(0) : nil
    shift = layer.usesShift ? try parameter(learnt - 1) : nil
    scaleGradient = layer.usesScale ? try Memory(row, engine: engine) : nil
    shiftGradient = layer.usesShift ? try Memory(row, engine: engine) : nil
    mean = measures ? try Memory(row, engine: engine) : try parameter(learnt)
    variance = measures ? try Memory(row, engine: engine) : try parameter(learnt + 1)
    if let layout = forward.layout(.workspace) {
      workspace = try Memory(layout, engine: engine)
    } else {
      workspace = nil
    }
    var pads: [Memory] = []
    for pass in [forward, backward] {
      if let layout = pass?.layout(.scratchpad) { pads.append(try Memory(layout, engine: engine)) }
    }
    scratchpads = pads
    needs.keepsInputs = site.isTraining
    needs.saved = 2 * rounded(channels) + (workspace?.descriptor.storedCount ?? 0)
    // A gradient that nobody wants is written all the same.
    needs.scratch =
      (site.isTraining && !input.wantsGradient ? rounded(output.storedCount) : 0)
      + (pads.map(\.descriptor.storedCount).max() ?? 0)
  }

  private func rounded(_ count: Int) -> Int { (count + 15) / 16 * 16 }

  func bind(_ buffers: LayerBuffers) throws(OneDNNError) {
    source.move(to: buffers.inputs[0])
    result.move(to: buffers.output)
    if measures {
      means = buffers.saved
      variances = buffers.saved + rounded(channels)
      mean.move(to: buffers.saved)
      variance.move(to: buffers.saved + rounded(channels))
    }
    workspace?.move(to: buffers.saved + 2 * rounded(channels))
    var scratch = buffers.scratch
    if let target = buffers.inputGradients[0] {
      sourceGradient.move(to: target)
    } else if site.isTraining {
      sourceGradient.move(to: scratch)
      scratch += rounded(output.storedCount)
    }
    for pad in scratchpads { pad.move(to: scratch) }
    var shared: [(Argument, Memory)] = [(.source, source), (.mean, mean), (.variance, variance)]
    shared += optional(.scale, scale) + optional(.shift, shift)
    if let workspace { shared.append((.workspace, workspace)) }
    executions.forward = try Execution(
      descriptors.forward,
      shared + [(.destination, result)] + pad(descriptors.forward))
    guard let backward = descriptors.backward, let gradient = buffers.outputGradient else { return }
    resultGradient.move(to: gradient)
    executions.backward = try Execution(
      backward,
      shared + [(.destinationGradient, resultGradient), (.sourceGradient, sourceGradient)]
        + optional(.scaleGradient, scaleGradient) + optional(.shiftGradient, shiftGradient)
        + pad(backward))
  }

  private func optional(_ argument: Argument, _ memory: Memory?) -> [(Argument, Memory)] {
    memory.map { [(argument, $0)] } ?? []
  }

  private func pad(_ pass: PrimitiveDescriptor) -> [(Argument, Memory)] {
    guard let layout = pass.layout(.scratchpad) else { return [] }
    return scratchpads.first { $0.descriptor == layout }.map { [(.scratchpad, $0)] } ?? []
  }

  func moveInput(_ index: Int, to address: UnsafeMutablePointer<Float>) { source.move(to: address) }

  func forward() {
    executions.forward?.run(site.stream)
    if site.isTraining { tellStatistics() }
  }

  /// Leaves n μ and n (σ² + μ²) for the running statistics, n counted in samples; 0 where they were given.
  private func tellStatistics() {
    let n = Double(site.rows)
    for c in 0..<channels {
      guard let means, let variances else {
        site.leaveMoments(c, of: channels, 0, 0)
        continue
      }
      let (mean, variance) = (Double(means[c]), Double(variances[c]))
      site.leaveMoments(c, of: channels, n * mean, n * (variance + mean * mean))
    }
  }

  func backward() {
    let gradients = site.pass.gradients
    scaleGradient?.move(to: gradients + site.parameterOffsets[0])
    if let shiftGradient {
      shiftGradient.move(to: gradients + site.parameterOffsets[scaleGradient == nil ? 0 : 1])
    }
    executions.backward?.run(site.stream)
  }
}
