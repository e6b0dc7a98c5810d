import OneDNN
import Tensors

/// One of several inputs of a network: those numbers of a sample, as a tensor of their own.
///
///     y_i = x_{o+i},  i < |y|
///
/// Keras's `Input` of a model that has several.
public struct InputSlice: Layer {
  /// o, the first number.
  public var offset: Int
  /// The shape of the input.
  public var shape: Shape

  /// The input of `shape` that begins at `offset` of a sample.
  public init(offset: Int, shape: Shape) {
    self.offset = offset
    self.shape = shape
  }

  /// `input`
  public var kind: String { "input" }

  /// The numbers of a sample that it hands on.
  public var range: Range<Int> { offset..<offset + shape.count }

  /// The shape of the input by name.
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    precondition(range.upperBound <= inputs[0].count, "\(range) of samples of \(inputs[0])")
    return shape
  }

  /// Copies the numbers out of every row.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    try PreparedInputSlice(self, site: site)
  }
}

/// Copies one of several inputs out of every row.
final class PreparedInputSlice: PreparedLayer {
  let output: MemoryDescriptor
  let needs = BufferNeeds()
  private let slice: InputSlice
  private let rows: Int
  private let width: Int
  private var buffers: LayerBuffers?

  init(_ slice: InputSlice, site: LayerSite) throws(OneDNNError) {
    self.slice = slice
    rows = site.rows
    width = site.inputs[0].shape.count
    output = try MemoryDescriptor(rows: site.rows, of: slice.shape)
  }

  func bind(_ buffers: LayerBuffers) { self.buffers = buffers }

  func moveInput(_ index: Int, to address: UnsafeMutablePointer<Float>) {
    buffers?.inputs[index] = address
  }

  func forward() {
    guard let buffers else { return }
    let count = slice.shape.count
    for row in 0..<rows {
      (buffers.output + row * count)
        .update(from: buffers.inputs[0] + row * width + slice.offset, count: count)
    }
  }

  /// The network's input has no gradient.
  func backward() {}
}
