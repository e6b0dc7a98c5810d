import OneDNN
import Tensors

extension SpatialDropout {
  /// A view in inference and at rate 0.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    if !site.isTraining || rate == 0 {
      return try PreparedView(to: site.inputs[0].layout, site: site)
    }
    return try PreparedSpatialDropout(rate: rate, site: site)
  }
}

/// Spatial dropout in training: one toss per channel, spread over it in plain order, and brought into
/// the layout of the input.
final class PreparedSpatialDropout: PreparedLayer {
  let output: MemoryDescriptor
  private(set) var needs = BufferNeeds()
  private let rate: Float
  private let site: LayerSite
  private let channels: Int
  private let extent: Int
  private let bridge: LayoutBridge
  private let tosses: FloatStorage
  private var buffers: LayerBuffers?

  init(rate: Float, site: LayerSite) throws(OneDNNError) {
    self.rate = rate
    self.site = site
    let input = site.inputs[0]
    output = input.layout
    channels = input.shape[0]
    extent = input.shape.count / max(channels, 1)
    bridge = try LayoutBridge(
      from: try output.plain(), to: output, copy: .far, engine: site.engine)
    tosses = FloatStorage(count: channels)
    needs.saved = output.storedCount
    needs.scratch = bridge.isDirect ? 0 : site.rows * input.shape.count
  }

  func bind(_ buffers: LayerBuffers) throws(OneDNNError) {
    self.buffers = buffers
    try bridge.bind(from: buffers.scratch, to: buffers.saved)
  }

  func moveInput(_ index: Int, to address: UnsafeMutablePointer<Float>) {
    buffers?.inputs[index] = address
  }

  /// y = x ⊙ mask
  func forward() {
    guard let buffers else { return }
    var place = bridge.isDirect ? buffers.saved : buffers.scratch
    for row in 0..<site.rows {
      let tosses = tosses
      var values = tosses.mutableSpan
      fillDropoutMask(&values, dropping: rate, key: site.noiseKey(row: row))
      for channel in 0..<channels {
        place.update(repeating: tosses.base[channel], count: extent)
        place += extent
      }
    }
    bridge.run(site.stream)
    multiply(buffers.inputs[0], buffers.saved, buffers.output)
  }

  /// ∂x = ∂y ⊙ mask
  func backward() {
    guard let buffers, let from = buffers.outputGradient, let to = buffers.inputGradients[0] else {
      return
    }
    multiply(from, buffers.saved, to)
  }

  private func multiply(
    _ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>,
    _ product: UnsafeMutablePointer<Float>
  ) {
    let n = output.storedCount
    for i in 0..<n { product[i] = a[i] * b[i] }
  }
}
