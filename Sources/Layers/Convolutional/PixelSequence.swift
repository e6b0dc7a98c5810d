import OneDNN
import Tensors

/// The pixels of an image as the steps of a sequence, row after row.
///
///     y[w·i + j, c] = x[c, i, j]        x [channels, height, width], y [height·width, channels]
///
/// So each pixel may have a class of its own, as each step of a sequence has. Of a line `[channels, length]`
/// it makes `[length, channels]`. Keras's `Permute` and `Reshape`.
public struct PixelSequence: Layer {
  /// A change of order.
  public init() {}

  /// `pixel_sequence`
  public var kind: String { "pixel_sequence" }

  /// `[height·width, channels]`
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    let shape = inputs[0]
    guard shape.rank == 3 || shape.rank == 2, shape.count > 0 else {
      throw LayerError(
        "pixel_sequence needs an image [channels, height, width] or [channels, length] but gets \(shape);"
          + " put `reshape` before it")
    }
    return [shape.count / shape[0], shape[0]]
  }

  /// Compiles the transposition.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    try PreparedPixelSequence(site: site)
  }
}

/// A transposition of each row in plain order.
final class PreparedPixelSequence: PreparedLayer {
  let output: MemoryDescriptor
  private(set) var needs = BufferNeeds()
  private let site: LayerSite
  private let channels: Int
  private let pixels: Int
  private let forwards: LayoutBridge
  private let backwards: LayoutBridge
  private var buffers: LayerBuffers?

  init(site: LayerSite) throws(OneDNNError) {
    self.site = site
    let input = site.inputs[0]
    channels = input.shape[0]
    pixels = input.shape.count / channels
    output = try MemoryDescriptor(rows: site.rows, of: [pixels, channels])
    let plain = try MemoryDescriptor(rows: site.rows, of: input.shape)
    forwards = try LayoutBridge(from: input.layout, to: plain, copy: .far, engine: site.engine)
    backwards = try LayoutBridge(from: plain, to: input.layout, copy: .near, engine: site.engine)
    needs.scratch = max(forwards.copyCount, backwards.isDirect ? 0 : plain.storedCount)
  }

  func bind(_ buffers: LayerBuffers) throws(OneDNNError) {
    self.buffers = buffers
    try forwards.bind(from: buffers.inputs[0], to: buffers.scratch)
    if let target = buffers.inputGradients[0] {
      try backwards.bind(from: buffers.scratch, to: target)
    }
  }

  func moveInput(_ index: Int, to address: UnsafeMutablePointer<Float>) {
    buffers?.inputs[index] = address
    forwards.moveSource(to: address)
  }

  func forward() {
    guard let buffers else { return }
    forwards.run(site.stream)
    let x = forwards.isDirect ? buffers.inputs[0] : buffers.scratch
    transpose(x, rows: channels, columns: pixels, to: buffers.output)
  }

  func backward() {
    guard let buffers, let dy = buffers.outputGradient, let target = buffers.inputGradients[0]
    else { return }
    transpose(
      dy, rows: pixels, columns: channels, to: backwards.isDirect ? target : buffers.scratch)
    backwards.run(site.stream)
  }

  private func transpose(
    _ x: UnsafePointer<Float>, rows: Int, columns: Int, to y: UnsafeMutablePointer<Float>
  ) {
    for sample in 0..<site.rows {
      let (from, to) = (x + sample * rows * columns, y + sample * rows * columns)
      for j in 0..<columns {
        for i in 0..<rows { to[j &* rows &+ i] = from[i &* columns &+ j] }
      }
    }
  }
}
