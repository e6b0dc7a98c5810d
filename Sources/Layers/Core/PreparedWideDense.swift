import OneDNN
import Tensors

/// A dense layer whose rows of weights lie a cache line further apart than they are long.
///
/// Rows of a multiple of 512 bytes start in few sets of the cache and evict one another while a
/// product copies a block of them: 28 GFLOP/s where 70 are had with rows set apart (4096 × 4096
/// weights, 256 samples, gradient by the input).
final class PreparedWideDense: PreparedLayer {
  /// The floats between the end of a row and the next one.
  private static let gap = 16

  /// Whether rows of so many weights are better set apart.
  static func suits(inputs: Int) -> Bool { inputs % 128 == 0 }

  /// The order of the weights [out, in] in the arena.
  static func weights(inputs: Int, outputs: Int) throws(OneDNNError) -> MemoryDescriptor {
    try MemoryDescriptor(matrix: [outputs, inputs], strides: [inputs + gap, 1])
  }

  let output: MemoryDescriptor
  private(set) var needs = BufferNeeds()
  private let site: LayerSite
  private let usesBias: Bool
  private let activation: PreparedActivation
  private let inputs: Int
  private let outputs: Int
  private let forwardPass: Execution?
  private let transposed: TransposedForward?
  private let weightsPass: Execution?
  private let dataPass: Execution?
  private let scratchpads: [Memory]
  private let input: Memory
  private let preActivation: Memory
  private let gradient: Memory
  private let transposedGradient: Memory
  private let inputGradient: Memory
  private let weightsGradient: Memory
  private var outputGradient: UnsafeMutablePointer<Float>?
  private var source: UnsafeMutablePointer<Float>?
  private var z: UnsafeMutablePointer<Float>?

  /// Compiles `layer`, whose weights lie as ``weights(inputs:outputs:)`` says.
  init(_ layer: Dense, site: LayerSite) throws(OneDNNError) {
    let engine = site.engine
    let (rows, inputs, outputs) = (site.rows, site.inputs[0].layout.dimensions[1], layer.units)
    (self.site, self.inputs, self.outputs, usesBias) = (site, inputs, outputs, layer.usesBias)
    let stride = inputs + PreparedWideDense.gap
    output = try MemoryDescriptor(plain: [rows, outputs])
    let plainInput = try MemoryDescriptor(plain: [rows, inputs])
    let weightsOrder = try PreparedWideDense.weights(inputs: inputs, outputs: outputs)
    let transposedWeights = try MemoryDescriptor(matrix: [inputs, outputs], strides: [1, stride])
    let transposedResult = try MemoryDescriptor(matrix: [outputs, rows], strides: [1, outputs])
    let isTransposed = TransposedForward.suits(rows: rows)
    let post =
      isTransposed
      ? nil : PreparedActivation.postOperation(layer.activation, isTraining: site.isTraining)
    activation = try PreparedActivation(
      layer.activation, layout: output, isFused: post != nil, site: site)
    input = try Memory(plainInput, engine: engine)
    preActivation = try Memory(output, engine: engine)
    gradient = try Memory(output, engine: engine)
    transposedGradient = try Memory(transposedResult, engine: engine)
    inputGradient = try Memory(plainInput, engine: engine)
    weightsGradient = try Memory(weightsOrder, engine: engine)
    let home = site.weights + site.parameterOffsets[0]
    var pads: [Memory] = []
    func execution(
      _ pass: PrimitiveDescriptor, _ arguments: [(Argument, Memory)]
    ) throws(OneDNNError) -> Execution {
      var arguments = arguments
      if let layout = pass.layout(.scratchpad) {
        pads.append(try Memory(layout, engine: engine))
        arguments.append((.scratchpad, pads[pads.count - 1]))
      }
      return try Execution(pass, arguments)
    }

    let biasHome = usesBias ? site.weights + site.parameterOffsets[1] : nil
    if isTransposed {
      forwardPass = nil
      transposed = try TransposedForward(
        rows: rows, weights: home, layout: weightsOrder, bias: biasHome, engine: engine,
        stream: site.stream)
    } else {
      transposed = nil
      var arguments: [(Argument, Memory)] = [
        (.source, input), (.destination, preActivation),
        (.weights, try Memory(transposedWeights, engine: engine, at: home)),
      ]
      if let biasHome {
        let row = try MemoryDescriptor(plain: [1, outputs])
        arguments.append((.bias, try Memory(row, engine: engine, at: biasHome)))
      }
      forwardPass = try execution(
        MatrixProduct.descriptor(
          left: plainInput, right: transposedWeights,
          bias: usesBias ? try MemoryDescriptor(plain: [outputs]) : nil, result: output,
          postOperation: post, engine: engine), arguments)
    }
    weightsPass =
      !site.isTraining
      ? nil
      : try execution(
        MatrixProduct.descriptor(
          left: transposedResult, right: plainInput, result: weightsOrder, engine: engine),
        [(.source, transposedGradient), (.weights, input), (.destination, weightsGradient)])
    dataPass =
      !site.isTraining || !site.inputs[0].wantsGradient
      ? nil
      : try execution(
        MatrixProduct.descriptor(
          left: output, right: weightsOrder, result: plainInput, engine: engine),
        [
          (.source, gradient), (.destination, inputGradient),
          (.weights, try Memory(weightsOrder, engine: engine, at: home)),
        ])
    scratchpads = pads
    needs.keepsInputs = site.isTraining
    needs.keepsOutput = activation.keepsOutput
    needs.saved = activation.keepsInput && site.isTraining ? output.storedCount : 0
    needs.scratch = max(
      activation.scratch, transposed?.scratch ?? 0, pads.map(\.descriptor.storedCount).max() ?? 0)
  }

  func bind(_ buffers: LayerBuffers) {
    let z = needs.saved > 0 ? buffers.saved : buffers.output
    source = buffers.inputs[0]
    self.z = z
    input.move(to: buffers.inputs[0])
    transposed?.bind(buffers.scratch)
    preActivation.move(to: z)
    for pad in scratchpads { pad.move(to: buffers.scratch) }
    if let outputGradient = buffers.outputGradient {
      self.outputGradient = outputGradient
      gradient.move(to: outputGradient)
      transposedGradient.move(to: outputGradient)
    }
    if let target = buffers.inputGradients[0] { inputGradient.move(to: target) }
    activation.bind(
      input: z, output: buffers.output, gradient: buffers.outputGradient,
      scratch: buffers.scratch)
  }

  func moveInput(_ index: Int, to address: UnsafeMutablePointer<Float>) {
    source = address
    input.move(to: address)
  }

  func forward() {
    if let transposed, let source, let z {
      transposed.run(source, into: z)
    } else {
      forwardPass?.run(site.stream)
    }
    activation.forward()
  }

  func backward() {
    guard let outputGradient else { return }
    activation.backward()
    let gradients = site.pass.gradients
    weightsGradient.move(to: gradients + site.parameterOffsets[0])
    weightsPass?.run(site.stream)
    clearGaps(gradients + site.parameterOffsets[0])
    if usesBias {
      ColumnSum.overRows(
        outputGradient, into: gradients + site.parameterOffsets[1], rows: site.rows,
        columns: outputs)
    }
    dataPass?.run(site.stream)
  }

  /// What lies behind a row, the last one included, is no weight: its gradient is zero, whatever was
  /// there before.
  private func clearGaps(_ gradient: UnsafeMutablePointer<Float>) {
    // A matrix of one row is stored without what is behind it.
    let stored = weightsGradient.descriptor.storedCount
    let stride = inputs + PreparedWideDense.gap
    for end in Swift.stride(from: inputs, to: stored, by: stride) {
      (gradient + end).update(repeating: 0, count: min(PreparedWideDense.gap, stored - end))
    }
  }
}
