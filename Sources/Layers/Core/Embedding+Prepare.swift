import OneDNN
import Tensors

extension Embedding {
  /// Compiles the look-up.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    try PreparedEmbedding(self, site: site)
  }
}

/// Rows copied forward, and added up backward in the order of samples and steps: the same bits always.
final class PreparedEmbedding: PreparedLayer {
  let output: MemoryDescriptor
  private(set) var needs = BufferNeeds()
  private let site: LayerSite
  private let vocabulary: Int
  private let units: Int
  private let ids: Int
  private let masksZero: Bool
  private var buffers: LayerBuffers?

  init(_ layer: Embedding, site: LayerSite) throws(OneDNNError) {
    self.site = site
    (vocabulary, units, masksZero) = (layer.vocabulary, layer.units, layer.masksZero)
    let steps = site.inputs[0].shape[0]
    ids = site.rows * steps
    output = try MemoryDescriptor(rows: site.rows, of: [steps, units])
    needs.keepsInputs = site.isTraining
  }

  func bind(_ buffers: LayerBuffers) { self.buffers = buffers }

  func moveInput(_ index: Int, to address: UnsafeMutablePointer<Float>) {
    buffers?.inputs[index] = address
  }

  /// The row of an id. Data are checked when they are read; whatever else comes touches no memory that
  /// is not the layer's.
  private func row(_ id: Float) -> Int? {
    guard id >= 0, id < Float(vocabulary) else { return nil }
    return Int(id) * units
  }

  func forward() {
    guard let buffers else { return }
    let weights = site.weights + site.parameterOffsets[0]
    if masksZero {
      let mask = site.pass.mask.base
      for i in 0..<ids { mask[i] = buffers.inputs[0][i] == 0 ? 0 : 1 }
    }
    for i in 0..<ids {
      let y = buffers.output + i * units
      if let row = row(buffers.inputs[0][i]) {
        y.update(from: weights + row, count: units)
      } else {
        y.update(repeating: 0, count: units)
      }
    }
  }

  func backward() {
    guard let buffers, let dy = buffers.outputGradient else { return }
    let gradient = site.pass.gradients + site.parameterOffsets[0]
    gradient.update(repeating: 0, count: vocabulary * units)
    for i in 0..<ids {
      guard let row = row(buffers.inputs[0][i]) else { continue }
      let (to, from) = (gradient + row, UnsafePointer(dy + i * units))
      for j in 0..<units { to[j] += from[j] }
    }
  }
}
