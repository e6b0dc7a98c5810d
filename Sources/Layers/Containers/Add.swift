import OneDNN
import Tensors

/// The sum of two inputs of one shape: where the branches of a residual block meet.
///
///     y = a + b,  ∂a = ∂b = ∂y
public struct Add: Layer {
  /// A sum.
  public init() {}

  /// `add`
  public var kind: String { "add" }

  /// The shape of both inputs.
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    guard inputs.count == 2, inputs[0] == inputs[1] else {
      throw LayerError("a sum needs two inputs of one shape but gets \(inputs)")
    }
    return inputs[0]
  }

  /// Adds in the layout of the first input.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    try PreparedAdd(site: site)
  }
}

/// A sum; the second input is copied where its layout differs.
final class PreparedAdd: PreparedLayer {
  let output: MemoryDescriptor
  private(set) var needs = BufferNeeds()
  private let site: LayerSite
  private let second: LayoutBridge
  private let secondGradient: LayoutBridge
  private let count: Int
  private var buffers: LayerBuffers?
  private var secondAddress: UnsafeMutablePointer<Float>?

  init(site: LayerSite) throws(OneDNNError) {
    self.site = site
    output = site.inputs[0].layout
    count = output.storedCount
    let other = site.inputs[1].layout
    second = try LayoutBridge(from: other, to: output, copy: .far, engine: site.engine)
    secondGradient = try LayoutBridge(from: output, to: other, copy: .far, engine: site.engine)
    needs.scratch = second.copyCount
  }

  func bind(_ buffers: LayerBuffers) throws(OneDNNError) {
    self.buffers = buffers
    try second.bind(from: buffers.inputs[1], to: buffers.scratch)
    secondAddress = second.isDirect ? buffers.inputs[1] : buffers.scratch
    if let from = buffers.outputGradient, let to = buffers.inputGradients[1] {
      try secondGradient.bind(from: from, to: to)
    }
  }

  func moveInput(_ index: Int, to address: UnsafeMutablePointer<Float>) {
    buffers?.inputs[index] = address
    guard index == 1 else { return }
    second.moveSource(to: address)
    if second.isDirect { secondAddress = address }
  }

  func forward() {
    second.run(site.stream)
    guard let buffers, let b = secondAddress else { return }
    let (a, y) = (buffers.inputs[0], buffers.output)
    for i in 0..<count { y[i] = a[i] + b[i] }
  }

  func backward() {
    guard let buffers, let from = buffers.outputGradient else { return }
    if let to = buffers.inputGradients[0] { to.update(from: from, count: count) }
    if let to = buffers.inputGradients[1] {
      if secondGradient.isDirect {
        to.update(from: from, count: count)
      } else {
        secondGradient.run(site.stream)
      }
    }
  }
}
