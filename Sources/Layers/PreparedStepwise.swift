import OneDNN
import Tensors

/// A layer of flat inputs applied to every step of a sequence `[steps, features]`: Keras's
/// `TimeDistributed`. Steps of all samples are the rows of one pass.
final class PreparedStepwise: PreparedLayer {
  let output: MemoryDescriptor
  private(set) var needs: BufferNeeds
  var operands: OperandForm { inner.operands }
  var kernels: [String] { inner.kernels }
  private let site: LayerSite
  private let inner: any PreparedLayer
  private let forwards: LayoutBridge
  private let backwards: LayoutBridge
  /// The floats of scratch that are the inner layer's; copies of blocked inputs lie behind them.
  private let innerScratch: Int

  /// The site of the inner layer, where every step is a row.
  static func site(_ site: LayerSite) throws(OneDNNError) -> LayerSite {
    let shape = site.inputs[0].shape
    var inner = site
    inner.rows = site.rows * shape[0]
    inner.inputs[0].shape = [shape[1]]
    inner.inputs[0].layout = try MemoryDescriptor(plain: [inner.rows, shape[1]])
    return inner
  }

  /// `inner`, compiled at ``site(_:)``, for outputs of `shape`.
  init(
    _ inner: any PreparedLayer, output shape: Shape, site: LayerSite
  ) throws(OneDNNError) {
    self.inner = inner
    self.site = site
    output = try MemoryDescriptor(rows: site.rows, of: shape)
    let layout = site.inputs[0].layout
    let plain = try MemoryDescriptor(rows: site.rows, of: site.inputs[0].shape)
    forwards = try LayoutBridge(from: layout, to: plain, copy: .far, engine: site.engine)
    backwards = try LayoutBridge(from: plain, to: layout, copy: .near, engine: site.engine)
    needs = inner.needs
    innerScratch = (inner.needs.scratch + 15) / 16 * 16
    guard !forwards.isDirect else { return }
    // The copy of the inputs has to last until the backward pass.
    needs.saved = (inner.needs.saved + 15) / 16 * 16 + plain.storedCount
    needs.keepsInputs = false
    needs.scratch = innerScratch + backwards.copyCount
  }

  func bind(_ buffers: LayerBuffers) throws(OneDNNError) {
    var own = buffers
    if !forwards.isDirect {
      let copy = buffers.saved + (inner.needs.saved + 15) / 16 * 16
      try forwards.bind(from: buffers.inputs[0], to: copy)
      own.inputs[0] = copy
      if let target = buffers.inputGradients[0] {
        try backwards.bind(from: buffers.scratch + innerScratch, to: target)
        own.inputGradients[0] = buffers.scratch + innerScratch
      }
    }
    try inner.bind(own)
  }

  func moveInput(_ index: Int, to address: UnsafeMutablePointer<Float>) {
    if forwards.isDirect {
      inner.moveInput(index, to: address)
    } else {
      forwards.moveSource(to: address)
    }
  }

  func forward() {
    forwards.run(site.stream)
    inner.forward()
  }

  func backward() {
    inner.backward()
    backwards.run(site.stream)
  }
}
