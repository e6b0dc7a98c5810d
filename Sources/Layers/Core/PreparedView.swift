import OneDNN
import Tensors

/// The same elements under another shape, in plain order: no work where the input is plain already,
/// else one copy out of the blocked layout and, for gradients, one back.
final class PreparedView: PreparedLayer {
  let output: MemoryDescriptor
  private(set) var needs = BufferNeeds()
  private let site: LayerSite
  private let forwards: LayoutBridge
  private let backwards: LayoutBridge
  private var copies: (from: UnsafeMutablePointer<Float>, to: UnsafeMutablePointer<Float>)?

  /// A view of the input as `output`, which has as many elements in plain order.
  init(to output: MemoryDescriptor, site: LayerSite) throws(OneDNNError) {
    self.output = output
    self.site = site
    let input = site.inputs[0].layout
    let plain = input == output ? input : try input.plain()
    forwards = try LayoutBridge(from: input, to: plain, copy: .near, engine: site.engine)
    backwards = try LayoutBridge(from: plain, to: input, copy: .far, engine: site.engine)
    needs.isView = forwards.isDirect
  }

  func bind(_ buffers: LayerBuffers) throws(OneDNNError) {
    try forwards.bind(from: buffers.inputs[0], to: buffers.output)
    guard let from = buffers.outputGradient, let to = buffers.inputGradients[0] else { return }
    try backwards.bind(from: from, to: to)
    // A view's gradient has a place of its own where others add to the input's gradient as well.
    if forwards.isDirect, from != to { copies = (from, to) }
  }

  func moveInput(_ index: Int, to address: UnsafeMutablePointer<Float>) {
    forwards.moveSource(to: address)
  }

  func forward() { forwards.run(site.stream) }

  func backward() {
    backwards.run(site.stream)
    if let copies { copies.to.update(from: copies.from, count: output.storedCount) }
  }
}

extension Flatten {
  /// A view where the input is plain.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    let output = try MemoryDescriptor(plain: [site.rows, site.inputs[0].shape.count])
    return try PreparedView(to: output, site: site)
  }
}

extension Reshape {
  /// A view where the input is plain.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    guard let shape = try? outputShape(for: site.inputs.map(\.shape)) else {
      throw OneDNNError(invalid: "reshape to \(dimensions)")
    }
    let output = try MemoryDescriptor(rows: site.rows, of: shape)
    return try PreparedView(to: output, site: site)
  }
}
