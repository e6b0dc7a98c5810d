import OneDNN
import Tensors

/// A convolution whose products read bfloat16 numbers and sum in single precision.
///
/// Input, weights and the gradient by the output are copied into the layouts that the primitives
/// prefer as they are rounded. Results lie in the layouts that primitives prefer.
final class PreparedReducedConvolution: PreparedLayer {
  let output: MemoryDescriptor
  private(set) var needs = BufferNeeds()
  let operands: OperandForm
  let kernels: [String]
  private let site: LayerSite
  private let passes: WeightPasses
  private let activation: PreparedActivation
  private let input: OperandCopy
  private let weights: RoundedParameter
  /// The input as the weights' backward pass reads it, where that is another layout.
  private let weightsInput: OperandCopy?
  /// The gradient by the output, for the passes by weights and by input.
  private let weightsOperand: OperandCopy?
  private let dataOperand: OperandCopy?
  private let dataWeights: RoundedParameter?
  private let weightsGradient: LayoutBridge?
  private let inputGradient: LayoutBridge?
  private let preActivation: Memory
  private let bias: Memory?
  private let biasGradient: Memory?
  private let scratchpads: [Memory]
  private var executions: (forward: Execution?, data: Execution?, weights: Execution?)
  private var buffers: LayerBuffers?

  /// Compiles the passes, whose operands are of `form`.
  init(
    _ passes: WeightPasses, form: OperandForm, activation kind: Activation, isFused: Bool,
    usesBias: Bool, site: LayerSite
  ) throws(OneDNNError) {
    let engine = site.engine
    let home = site.inputs[0].layout
    (self.site, self.passes, operands) = (site, passes, form)
    let output = try passes.forward.requiredLayout(.destination)
    self.output = output
    activation = try PreparedActivation(kind, layout: output, isFused: isFused, site: site)
    preActivation = try Memory(output, engine: engine)
    let read = try passes.forward.requiredLayout(.source)
    input = try OperandCopy(of: home, as: read, form: form, engine: engine)
    weights = try site.rounded.copy(
      of: 0, as: try passes.forward.requiredLayout(.weights), form: form, site: site)
    if usesBias {
      let layout = site.parameterLayouts[1]
      bias = try Memory(layout, engine: engine, at: site.weights + site.parameterOffsets[1])
      biasGradient = try Memory(layout, engine: engine)
    } else {
      (bias, biasGradient) = (nil, nil)
    }
    if let pass = passes.backwardWeights {
      let wanted = try pass.requiredLayout(.source)
      weightsInput =
        wanted == read
        ? nil : try OperandCopy(of: home, as: wanted, form: form, engine: engine)
      weightsOperand = try OperandCopy(
        of: output, as: try pass.requiredLayout(.destinationGradient), form: form, engine: engine)
      weightsGradient = try LayoutBridge(
        from: try pass.requiredLayout(.weightsGradient), to: site.parameterLayouts[0],
        copy: .near, engine: engine)
    } else {
      (weightsInput, weightsOperand, weightsGradient) = (nil, nil, nil)
    }
    if let pass = passes.backwardData {
      let wanted = try pass.requiredLayout(.destinationGradient)
      dataOperand =
        weightsOperand?.memory.descriptor == wanted
        ? weightsOperand : try OperandCopy(of: output, as: wanted, form: form, engine: engine)
      dataWeights = try site.rounded.copy(
        of: 0, as: try pass.requiredLayout(.weights), form: form, site: site)
      inputGradient = try LayoutBridge(
        from: try pass.requiredLayout(.sourceGradient), to: home, copy: .near, engine: engine)
    } else {
      (dataOperand, dataWeights, inputGradient) = (nil, nil, nil)
    }
    let all = [passes.forward, passes.backwardWeights, passes.backwardData].compactMap { $0 }
    kernels = all.map(\.implementation)
    var scratchpads: [Memory] = []
    for layout in all.compactMap({ $0.layout(.scratchpad) }) {
      scratchpads.append(try Memory(layout, engine: engine))
    }
    self.scratchpads = scratchpads
    needs.keepsOutput = activation.keepsOutput
    needs.saved =
      input.count + (weightsInput?.count ?? 0) + (keepsZ ? output.storedCount : 0)
    needs.scratch =
      copyCount + max(activation.scratch, scratchpads.map(\.descriptor.storedCount).max() ?? 0)
  }

  private var keepsZ: Bool { activation.keepsInput && site.isTraining }

  /// The floats of all copies that last for one call.
  private var copyCount: Int {
    let copies =
      (weightsOperand?.count ?? 0) + (dataOperand === weightsOperand ? 0 : dataOperand?.count ?? 0)
    let gradients = (weightsGradient?.copyCount ?? 0) + (inputGradient?.copyCount ?? 0)
    return copies + (gradients + 31) / 16 * 16
  }

  func bind(_ buffers: LayerBuffers) throws(OneDNNError) {
    self.buffers = buffers
    weights.bind()
    dataWeights?.bind()
    input.bind(buffers.saved)
    weightsInput?.bind(buffers.saved + input.count)
    let z =
      keepsZ ? buffers.saved + input.count + (weightsInput?.count ?? 0) : buffers.output
    preActivation.move(to: z)
    var scratch = buffers.scratch
    if let weightsOperand {
      weightsOperand.bind(scratch)
      scratch += weightsOperand.count
    }
    if let dataOperand, dataOperand !== weightsOperand {
      dataOperand.bind(scratch)
      scratch += dataOperand.count
    }
    if let weightsGradient {
      try weightsGradient.bind(from: scratch, to: site.pass.gradients + site.parameterOffsets[0])
      scratch += (weightsGradient.copyCount + 15) / 16 * 16
    }
    if let inputGradient, let target = buffers.inputGradients[0] {
      try inputGradient.bind(from: scratch, to: target)
    }
    let pad = buffers.scratch + copyCount
    for memory in scratchpads { memory.move(to: pad) }
    activation.bind(
      input: z, output: buffers.output, gradient: buffers.outputGradient, scratch: pad)
    try compile()
  }

  private func compile() throws(OneDNNError) {
    func pad(_ pass: PrimitiveDescriptor) -> [(Argument, Memory)] {
      guard let layout = pass.layout(.scratchpad) else { return [] }
      return scratchpads.first { $0.descriptor == layout }.map { [(.scratchpad, $0)] } ?? []
    }
    var arguments: [(Argument, Memory)] = [
      (.source, input.memory), (.weights, weights.memory), (.destination, preActivation),
    ]
    if let bias { arguments.append((.bias, bias)) }
    executions.forward = try Execution(passes.forward, arguments + pad(passes.forward))
    if let pass = passes.backwardWeights, let weightsOperand, let weightsGradient {
      arguments = [
        (.source, (weightsInput ?? input).memory), (.weightsGradient, weightsGradient.source),
        (.destinationGradient, weightsOperand.memory),
      ]
      if let biasGradient { arguments.append((.biasGradient, biasGradient)) }
      executions.weights = try Execution(pass, arguments + pad(pass))
    }
    if let pass = passes.backwardData, let dataOperand, let dataWeights, let inputGradient {
      arguments = [
        (.weights, dataWeights.memory), (.sourceGradient, inputGradient.source),
        (.destinationGradient, dataOperand.memory),
      ]
      executions.data = try Execution(pass, arguments + pad(pass))
    }
  }

  func moveInput(_ index: Int, to address: UnsafeMutablePointer<Float>) {
    buffers?.inputs[index] = address
  }

  func forward() {
    guard let buffers else { return }
    weights.refresh()
    dataWeights?.refresh()
    input.run(buffers.inputs[0], site.stream)
    weightsInput?.run(buffers.inputs[0], site.stream)
    executions.forward?.run(site.stream)
    activation.forward()
  }

  func backward() {
    guard let dz = buffers?.outputGradient else { return }
    activation.backward()
    let gradients = site.pass.gradients
    if let weightsGradient, let weightsOperand {
      weightsOperand.run(dz, site.stream)
      weightsGradient.moveDestination(to: gradients + site.parameterOffsets[0])
      if let biasGradient { biasGradient.move(to: gradients + site.parameterOffsets[1]) }
      executions.weights?.run(site.stream)
      weightsGradient.run(site.stream)
    }
    if let inputGradient, let dataOperand {
      if dataOperand !== weightsOperand { dataOperand.run(dz, site.stream) }
      executions.data?.run(site.stream)
      inputGradient.run(site.stream)
    }
  }
}
