import OneDNN
import Tensors

/// A small dense layer on our own products: for a few thousand multiply-adds a call of a library
/// costs more than the work.
final class PreparedSmallDense: PreparedLayer {
  /// The most rows; beyond, the library's products are faster.
  static let mostRows = 64
  /// The most weights, such as 128 × 256.
  static let mostWeights = 1 << 15

  /// Whether layers of these widths keep their weights transposed for small products.
  static func suits(inputs: Int, outputs: Int) -> Bool {
    min(inputs, outputs) >= SmallProduct.leastWidth && inputs * outputs <= mostWeights
  }

  let output: MemoryDescriptor
  private(set) var needs = BufferNeeds()
  private let site: LayerSite
  private let usesBias: Bool
  private let activation: PreparedActivation
  private let inputs: Int
  private let outputs: Int
  private let weights: UnsafeMutablePointer<Float>
  private let bias: UnsafeMutablePointer<Float>?
  private var buffers: LayerBuffers?
  private var z: UnsafeMutablePointer<Float>?

  /// Compiles `layer`, whose weights lie transposed.
  init(_ layer: Dense, site: LayerSite) throws(OneDNNError) {
    self.site = site
    usesBias = layer.usesBias
    inputs = site.inputs[0].layout.dimensions[1]
    outputs = layer.units
    output = try MemoryDescriptor(plain: [site.rows, outputs])
    activation = try PreparedActivation(
      layer.activation, layout: output, isFused: layer.activation == .linear, site: site)
    weights = site.weights + site.parameterOffsets[0]
    bias = usesBias ? site.weights + site.parameterOffsets[1] : nil
    needs.keepsInputs = site.isTraining
    needs.keepsOutput = activation.keepsOutput
    needs.saved = activation.keepsInput && site.isTraining ? output.storedCount : 0
    needs.scratch = activation.scratch
  }

  func bind(_ buffers: LayerBuffers) {
    self.buffers = buffers
    let z = needs.saved > 0 ? buffers.saved : buffers.output
    self.z = z
    activation.bind(
      input: z, output: buffers.output, gradient: buffers.outputGradient,
      scratch: buffers.scratch)
  }

  func moveInput(_ index: Int, to address: UnsafeMutablePointer<Float>) {
    buffers?.inputs[index] = address
  }

  func forward() {
    guard let buffers, let z else { return }
    SmallProduct.forward(
      buffers.inputs[0], weights, bias, z, rows: site.rows, inputs: inputs, outputs: outputs)
    activation.forward()
  }

  func backward() {
    guard let buffers, let dz = buffers.outputGradient else { return }
    activation.backward()
    let gradients = site.pass.gradients
    SmallProduct.backwardWeights(
      buffers.inputs[0], dz, gradients + site.parameterOffsets[0],
      usesBias ? gradients + site.parameterOffsets[1] : nil, rows: site.rows, inputs: inputs,
      outputs: outputs)
    if let dx = buffers.inputGradients[0] {
      SmallProduct.backwardData(
        dz, weights, dx, rows: site.rows, inputs: inputs, outputs: outputs)
    }
  }
}
