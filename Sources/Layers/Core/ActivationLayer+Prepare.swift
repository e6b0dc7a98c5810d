import OneDNN
import Tensors

extension ActivationLayer {
  /// Compiles the function; `linear` is a view.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    if activation == .linear {
      return try PreparedView(to: site.inputs[0].layout, site: site)
    }
    if activation == .softmax, site.inputs[0].shape.rank == 2 {
      let inner = try PreparedActivationLayer(activation, site: PreparedStepwise.site(site))
      return try PreparedStepwise(inner, output: site.inputs[0].shape, site: site)
    }
    return try PreparedActivationLayer(activation, site: site)
  }
}

/// An activation between two buffers.
final class PreparedActivationLayer: PreparedLayer {
  let output: MemoryDescriptor
  let needs: BufferNeeds
  private let function: PreparedActivation
  private let count: Int
  private var gradients: (output: UnsafeMutablePointer<Float>, input: UnsafeMutablePointer<Float>)?

  init(_ activation: Activation, site: LayerSite) throws(OneDNNError) {
    output = site.inputs[0].layout
    count = output.storedCount
    function = try PreparedActivation(activation, layout: output, isFused: false, site: site)
    var needs = BufferNeeds()
    needs.keepsInputs = function.keepsInput
    needs.keepsOutput = function.keepsOutput
    needs.scratch = function.scratch
    self.needs = needs
  }

  func bind(_ buffers: LayerBuffers) {
    function.bind(
      input: buffers.inputs[0], output: buffers.output, gradient: buffers.outputGradient,
      scratch: buffers.scratch)
    if let from = buffers.outputGradient, let to = buffers.inputGradients[0] {
      gradients = (from, to)
    }
  }

  func moveInput(_ index: Int, to address: UnsafeMutablePointer<Float>) {
    function.moveInput(to: address)
  }

  func forward() { function.forward() }

  func backward() {
    function.backward()
    if let gradients { gradients.input.update(from: gradients.output, count: count) }
  }
}
