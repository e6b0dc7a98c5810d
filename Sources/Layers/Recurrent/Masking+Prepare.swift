import OneDNN
import Tensors

extension Masking {
  /// Compiles the comparison.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    try PreparedMasking(value, site: site)
  }
}

/// Compares every step of the network's input with the padding value.
final class PreparedMasking: PreparedLayer {
  let output: MemoryDescriptor
  let needs = BufferNeeds()
  private let value: Float
  private let site: LayerSite
  private let steps: Int
  private let features: Int
  private var buffers: LayerBuffers?

  init(_ value: Float, site: LayerSite) throws(OneDNNError) {
    self.value = value
    self.site = site
    let shape = site.inputs[0].shape
    (steps, features) = (shape[0], shape.count / shape[0])
    output = try MemoryDescriptor(rows: site.rows, of: shape)
  }

  func bind(_ buffers: LayerBuffers) { self.buffers = buffers }

  func moveInput(_ index: Int, to address: UnsafeMutablePointer<Float>) {
    buffers?.inputs[index] = address
  }

  func forward() {
    guard let buffers else { return }
    let mask = site.pass.mask.base
    for step in 0..<site.rows * steps {
      let x = UnsafePointer(buffers.inputs[0] + step * features)
      let y = buffers.output + step * features
      var isPadding = true
      for j in 0..<features where x[j] != value && !(x[j].isNaN && value.isNaN) {
        isPadding = false
      }
      mask[step] = isPadding ? 0 : 1
      if isPadding {
        y.update(repeating: 0, count: features)
      } else {
        y.update(from: x, count: features)
      }
    }
  }

  /// The network's input has no gradient.
  func backward() {}
}
