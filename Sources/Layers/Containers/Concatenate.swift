import OneDNN
import Tensors

/// Several inputs laid one after the other along their first dimension: features, or channels of images
/// of one size; or along the features of each step of sequences of one length.
///
///     y = [x₁; x₂; …],  ∂xₖ = the part of ∂y that xₖ became
public struct Concatenate: Layer {
  /// Whether sequences `[steps, features]` are laid together step by step.
  public var alongFeatures: Bool

  /// A concatenation.
  public init(alongFeatures: Bool = false) { self.alongFeatures = alongFeatures }

  /// `concatenate`
  public var kind: String { "concatenate" }

  /// The sum of the first dimensions; all others must agree. Of sequences, that of the features.
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    if alongFeatures, inputs.contains(where: { $0.rank == 2 }) {
      if let other = inputs.firstIndex(where: { $0.rank != 2 || $0[0] != inputs[0][0] }) {
        throw LayerError(
          "branch 1 gives \(inputs[0]) but branch \(other + 1) gives \(inputs[other]); sequences [steps,"
            + " features] must have the same steps: give recurrent layers `return_sequences: true`")
      }
      return [inputs[0][0], inputs.reduce(0) { $0 + $1[1] }]
    }
    if alongFeatures, let other = inputs.first(where: { $0.rank != 1 }) {
      throw LayerError("\(other) has no features at the end; `concatenate` lays channels together")
    }
    let rest = inputs[0].dimensions.dropFirst()
    guard inputs[0].rank > 0,
      let shape = Shape(
        checking: [inputs.reduce(0) { $0 + $1.dimensions.prefix(1).reduce(0, +) }] + rest)
    else { throw LayerError("\(inputs) can't be concatenated") }
    if let other = inputs.firstIndex(where: { $0.dimensions.dropFirst() != rest }) {
      throw LayerError(
        "branch 1 gives \(inputs[0]) but branch \(other + 1) gives \(inputs[other]); all dimensions"
          + " but the first must agree: change strides or padding")
    }
    return shape
  }

  /// Copies whole blocks of channels where all inputs lie in full ones, else in plain order.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    guard let shape = try? outputShape(for: site.inputs.map(\.shape)) else {
      throw OneDNNError(invalid: "a concatenation of \(site.inputs.map(\.shape))")
    }
    let parts = alongFeatures && shape.rank == 2 ? shape[0] : 1
    return try PreparedConcatenate(shape, parts: parts, site: site)
  }
}

/// A concatenation: a sample of the output, or each of its parts, is that of each input after the other.
final class PreparedConcatenate: PreparedLayer {
  let output: MemoryDescriptor
  private(set) var needs = BufferNeeds()
  private let site: LayerSite
  private let inputs: [LayoutBridge]
  private let gradients: [LayoutBridge]
  /// The samples, or the parts of all.
  private let rows: Int
  /// The floats of a row of each input, and where they begin in a row of the output.
  private let widths: [Int]
  private let starts: [Int]
  private let width: Int
  private var buffers: LayerBuffers?
  private var places: [UnsafeMutablePointer<Float>] = []

  init(_ shape: Shape, parts: Int, site: LayerSite) throws(OneDNNError) {
    self.site = site
    rows = site.rows * parts
    let block = parts > 1 ? 1 : PreparedConcatenate.block(site.inputs)
    output =
      if block > 1 {
        try MemoryDescriptor(
          images: [site.rows] + shape.asImage.dimensions, channelBlock: block)
      } else {
        try MemoryDescriptor(rows: site.rows, of: shape)
      }
    var (there, back): ([LayoutBridge], [LayoutBridge]) = ([], [])
    for input in site.inputs {
      let layout = block > 1 ? input.layout : try MemoryDescriptor(rows: site.rows, of: input.shape)
      there.append(
        try LayoutBridge(from: input.layout, to: layout, copy: .far, engine: site.engine))
      back.append(
        try LayoutBridge(from: layout, to: input.layout, copy: .near, engine: site.engine))
    }
    (inputs, gradients) = (there, back)
    let widths = site.inputs.map { $0.shape.count / parts }
    self.widths = widths
    starts = widths.indices.map { k in widths[..<k].reduce(0, +) }
    width = shape.count / parts
    needs.scratch = max(
      there.reduce(0) { $0 + $1.copyCount }, back.map(\.copyCount).max() ?? 0)
  }

  /// The block that all inputs share and fill; 1 where there is none.
  private static func block(_ inputs: [LayerInput]) -> Int {
    guard let block = inputs[0].layout.channelBlock, block > 1 else { return 1 }
    return inputs.allSatisfy { $0.layout.channelBlock == block && $0.shape[0] % block == 0 }
      ? block : 1
  }

  func bind(_ buffers: LayerBuffers) throws(OneDNNError) {
    self.buffers = buffers
    places = []
    var place = buffers.scratch
    for (index, bridge) in inputs.enumerated() {
      try bridge.bind(from: buffers.inputs[index], to: place)
      places.append(bridge.isDirect ? buffers.inputs[index] : place)
      place += bridge.copyCount
    }
    for (index, bridge) in gradients.enumerated() {
      if let target = buffers.inputGradients[index] {
        try bridge.bind(from: buffers.scratch, to: target)
      }
    }
  }

  func moveInput(_ index: Int, to address: UnsafeMutablePointer<Float>) {
    inputs[index].moveSource(to: address)
    if inputs[index].isDirect { places[index] = address }
  }

  func forward() {
    guard let y = buffers?.output else { return }
    for (k, bridge) in inputs.enumerated() {
      bridge.run(site.stream)
      for row in 0..<rows {
        (y + row * width + starts[k]).update(from: places[k] + row * widths[k], count: widths[k])
      }
    }
  }

  func backward() {
    guard let buffers, let dy = buffers.outputGradient else { return }
    for (k, bridge) in gradients.enumerated() {
      guard let target = buffers.inputGradients[k] else { continue }
      let dx = bridge.isDirect ? target : buffers.scratch
      for row in 0..<rows {
        (dx + row * widths[k]).update(from: dy + row * width + starts[k], count: widths[k])
      }
      bridge.run(site.stream)
    }
  }
}
