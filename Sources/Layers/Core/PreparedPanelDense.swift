import OneDNN
import Tensors

/// A dense layer on our own products over weights in panels (``PanelProduct``).
///
/// oneDNN's products of single precision copy their weights in every call where the processor has no
/// AVX-512: they reach 57 to 65 GFLOP/s forward where these reach 80 to 90 of the same core.
final class PreparedPanelDense: PreparedLayer {
  /// The fewest inputs and outputs for which the copies of x and ∂z are small beside the product.
  static let leastWidth = 32

  /// Whether layers of these widths keep their weights in panels.
  static func suits(inputs: Int, outputs: Int, engine: Engine) -> Bool {
    min(inputs, outputs) >= leastWidth && engine.prefersOwnProducts
  }

  /// The order of the weights [out, in] in the arena.
  static func weights(inputs: Int, outputs: Int) throws(OneDNNError) -> MemoryDescriptor {
    try MemoryDescriptor(panels: [outputs, inputs], rows: PanelTile.width)
  }

  let output: MemoryDescriptor
  private(set) var needs = BufferNeeds()
  private let site: LayerSite
  private let activation: PreparedActivation
  private let product: PanelProduct
  private let weights: UnsafeMutablePointer<Float>
  private let bias: UnsafeMutablePointer<Float>?
  private var buffers: LayerBuffers?
  private var z: UnsafeMutablePointer<Float>?

  /// Compiles `layer`, whose weights lie as ``weights(inputs:outputs:)`` says.
  init(_ layer: Dense, site: LayerSite) throws(OneDNNError) {
    self.site = site
    product = PanelProduct(
      rows: site.rows, inputs: site.inputs[0].layout.dimensions[1], outputs: layer.units)
    output = try MemoryDescriptor(plain: [site.rows, layer.units])
    activation = try PreparedActivation(
      layer.activation, layout: output, isFused: layer.activation == .linear, site: site)
    weights = site.weights + site.parameterOffsets[0]
    bias = layer.usesBias ? site.weights + site.parameterOffsets[1] : nil
    needs.keepsInputs = site.isTraining
    needs.keepsOutput = activation.keepsOutput
    needs.saved = activation.keepsInput && site.isTraining ? output.storedCount : 0
    needs.scratch = max(product.scratch, activation.scratch)
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
    product.forward(buffers.inputs[0], weights, bias, z, scratch: buffers.scratch)
    activation.forward()
  }

  func backward() {
    guard let buffers, let dz = buffers.outputGradient else { return }
    activation.backward()
    let gradients = site.pass.gradients
    product.backwardWeights(
      buffers.inputs[0], dz, gradients + site.parameterOffsets[0], scratch: buffers.scratch)
    if bias != nil {
      ColumnSum.overRows(
        dz, into: gradients + site.parameterOffsets[1], rows: site.rows, columns: product.outputs)
    }
    if let dx = buffers.inputGradients[0] {
      product.backwardData(dz, weights, dx, scratch: buffers.scratch)
    }
  }
}
