import OneDNN
import Tensors

/// A dense layer whose products read bfloat16 numbers and sum in single precision.
///
///     z = r(x) r(W)ᵀ + b      ∂W = r(∂z)ᵀ r(x),  ∂b = Σ ∂z,  ∂x = r(∂z) r(W)
///
/// r rounds to bfloat16. All four tensors lie in plain order: one copy of the weights serves both
/// directions, and oneDNN's products of plain matrices are as fast here as those of blocked ones,
/// whose copies would take longer than the products.
final class PreparedReducedDense: PreparedLayer {
  /// Rows of a multiple of this many weights start in few sets of the cache and are set apart.
  private static let trap = 2048
  /// By this many numbers, a cache line of them.
  private static let gap = 32

  /// Whether layers of these widths take part: what small products of our own compute stays in single
  /// precision, which is faster there. The widths alone decide, not the number of rows.
  static func suits(inputs: Int, outputs: Int) -> Bool {
    !PreparedSmallDense.suits(inputs: inputs, outputs: outputs)
  }

  let output: MemoryDescriptor
  private(set) var needs = BufferNeeds()
  let operands: OperandForm
  private(set) var kernels: [String] = []
  private let site: LayerSite
  private let usesBias: Bool
  private let outputs: Int
  private let activation: PreparedActivation
  private let weights: RoundedParameter
  private let input: OperandCopy
  private let gradient: OperandCopy
  private let transposedGradient: Memory
  private let preActivation: Memory
  private let inputGradient: Memory
  private let weightsGradient: Memory
  private let forwardPass: Execution
  private let weightsPass: Execution?
  private let dataPass: Execution?
  private let scratchpads: [Memory]
  private var buffers: LayerBuffers?

  /// Compiles `layer`, whose weights lie in plain order.
  init(_ layer: Dense, site: LayerSite) throws(OneDNNError) {
    let (engine, form) = (site.engine, site.operands)
    let (rows, inputs, outputs) = (site.rows, site.inputs[0].layout.dimensions[1], layer.units)
    (self.site, self.outputs, usesBias, operands) = (site, outputs, layer.usesBias, form)
    let stride =
      inputs % PreparedReducedDense.trap == 0 ? inputs + PreparedReducedDense.gap : inputs
    output = try MemoryDescriptor(plain: [rows, outputs])
    let plainInput = try MemoryDescriptor(plain: [rows, inputs])
    let post = PreparedActivation.postOperation(layer.activation, isTraining: site.isTraining)
    activation = try PreparedActivation(
      layer.activation, layout: output, isFused: post != nil, site: site)
    func matrix(_ extents: [Int], _ strides: [Int]) throws(OneDNNError) -> MemoryDescriptor {
      try MemoryDescriptor(matrix: extents, strides: strides, of: form.type)
    }
    let rounded = try matrix([outputs, inputs], [stride, 1])
    weights = try site.rounded.copy(of: 0, as: rounded, form: form, site: site)
    let columns = try Memory(matrix([inputs, outputs], [1, stride]), engine: engine)
    let weightsHome = weights
    input = try OperandCopy(
      of: plainInput, as: matrix([rows, inputs], [inputs, 1]), form: form, engine: engine)
    gradient = try OperandCopy(
      of: output, as: matrix([rows, outputs], [outputs, 1]), form: form, engine: engine)
    transposedGradient = try Memory(matrix([outputs, rows], [1, outputs]), engine: engine)
    preActivation = try Memory(output, engine: engine)
    inputGradient = try Memory(plainInput, engine: engine)
    weightsGradient = try Memory(site.parameterLayouts[0], engine: engine)
    columnsOfWeights = columns

    var (pads, kernels) = ([Memory](), [String]())
    func execution(
      _ pass: PrimitiveDescriptor, _ given: [(Argument, Memory)]
    ) throws(OneDNNError) -> Execution {
      kernels.append(pass.implementation)
      var arguments = given
      if let layout = pass.layout(.scratchpad) {
        pads.append(try Memory(layout, engine: engine))
        arguments.append((.scratchpad, pads[pads.count - 1]))
      }
      return try Execution(pass, arguments)
    }

    var arguments: [(Argument, Memory)] = [
      (.source, input.memory), (.weights, columns), (.destination, preActivation),
    ]
    if usesBias {
      let row = try MemoryDescriptor(plain: [1, outputs])
      arguments.append(
        (.bias, try Memory(row, engine: engine, at: site.weights + site.parameterOffsets[1])))
    }
    forwardPass = try execution(
      MatrixProduct.descriptor(
        left: input.memory.descriptor, right: columns.descriptor,
        bias: usesBias ? try MemoryDescriptor(plain: [outputs]) : nil, result: output,
        postOperation: post, engine: engine), arguments)
    weightsPass =
      !site.isTraining
      ? nil
      : try execution(
        MatrixProduct.descriptor(
          left: transposedGradient.descriptor, right: input.memory.descriptor,
          result: weightsGradient.descriptor, engine: engine),
        [
          (.source, transposedGradient), (.weights, input.memory),
          (.destination, weightsGradient),
        ])
    dataPass =
      !site.isTraining || !site.inputs[0].wantsGradient
      ? nil
      : try execution(
        MatrixProduct.descriptor(
          left: gradient.memory.descriptor, right: rounded, result: plainInput, engine: engine),
        [
          (.source, gradient.memory), (.weights, weightsHome.memory),
          (.destination, inputGradient),
        ])
    (scratchpads, self.kernels) = (pads, kernels)
    needs.keepsOutput = activation.keepsOutput
    needs.saved =
      input.count + (activation.keepsInput && site.isTraining ? output.storedCount : 0)
    needs.scratch =
      (site.isTraining ? gradient.count : 0)
      + max(activation.scratch, pads.map(\.descriptor.storedCount).max() ?? 0)
  }
  private let columnsOfWeights: Memory

  func bind(_ buffers: LayerBuffers) {
    self.buffers = buffers
    weights.bind()
    if let place = weights.place { columnsOfWeights.move(to: place) }
    input.bind(buffers.saved)
    let keepsZ = activation.keepsInput && site.isTraining
    let z = keepsZ ? buffers.saved + input.count : buffers.output
    preActivation.move(to: z)
    let pad = buffers.scratch + (site.isTraining ? gradient.count : 0)
    for memory in scratchpads { memory.move(to: pad) }
    gradient.bind(buffers.scratch)
    transposedGradient.move(to: buffers.scratch)
    if let target = buffers.inputGradients[0] { inputGradient.move(to: target) }
    activation.bind(
      input: z, output: buffers.output, gradient: buffers.outputGradient, scratch: pad)
  }

  func moveInput(_ index: Int, to address: UnsafeMutablePointer<Float>) {
    buffers?.inputs[index] = address
  }

  func forward() {
    guard let buffers else { return }
    weights.refresh()
    input.run(buffers.inputs[0], site.stream)
    forwardPass.run(site.stream)
    activation.forward()
  }

  func backward() {
    guard let dz = buffers?.outputGradient else { return }
    activation.backward()
    gradient.run(dz, site.stream)
    let gradients = site.pass.gradients
    weightsGradient.move(to: gradients + site.parameterOffsets[0])
    weightsPass?.run(site.stream)
    if usesBias {
      ColumnSum.overRows(
        dz, into: gradients + site.parameterOffsets[1], rows: site.rows, columns: outputs)
    }
    dataPass?.run(site.stream)
  }
}
