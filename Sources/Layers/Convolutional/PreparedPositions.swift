import OneDNN
import Tensors

/// Every position of the output shows one position of the input, or zeros: padding, upsampling and
/// shortcuts. Channels are copied block by block as they lie; those that the input lacks are zero.
final class PreparedPositions: PreparedLayer {
  let output: MemoryDescriptor
  private(set) var needs = BufferNeeds()
  private let site: LayerSite
  private let map: [Int]
  private let block: Int
  /// The blocks of a row of input and output.
  private let blocks: (input: Int, output: Int)
  private let inputPositions: Int
  private let forwards: LayoutBridge
  private let backwards: LayoutBridge
  private var buffers: LayerBuffers?

  /// Position p of an output of `shape` shows position `map[p]` of the input.
  init(_ map: [Int], output shape: Shape, site: LayerSite) throws(OneDNNError) {
    self.site = site
    self.map = map
    let input = site.inputs[0]
    let (from, to) = (input.shape.asImage, shape.asImage)
    // Blocks that are not full would get gradients in their padding where channels are added.
    var block = input.layout.channelBlock ?? 1
    if from[0] != to[0], from[0] % block != 0 { block = 1 }
    self.block = block
    blocks = ((from[0] + block - 1) / block, (to[0] + block - 1) / block)
    inputPositions = from[0] == 0 ? 0 : from.count / from[0]
    if block > 1 {
      output = try MemoryDescriptor(images: [site.rows] + to.dimensions, channelBlock: block)
    } else {
      output = try MemoryDescriptor(rows: site.rows, of: shape)
    }
    let layout = block > 1 ? input.layout : try MemoryDescriptor(rows: site.rows, of: input.shape)
    forwards = try LayoutBridge(from: input.layout, to: layout, copy: .far, engine: site.engine)
    backwards = try LayoutBridge(from: layout, to: input.layout, copy: .near, engine: site.engine)
    needs.scratch = max(forwards.copyCount, backwards.copyCount)
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
    let (n, width) = (map.count, block)
    for row in 0..<site.rows {
      for k in 0..<blocks.output {
        let y = buffers.output + (row * blocks.output + k) * n * width
        guard k < blocks.input else {
          y.update(repeating: 0, count: n * width)
          continue
        }
        let from = x + (row * blocks.input + k) * inputPositions * width
        for p in 0..<n {
          let source = map[p]
          if source < 0 {
            (y + p * width).update(repeating: 0, count: width)
          } else {
            (y + p * width).update(from: from + source * width, count: width)
          }
        }
      }
    }
  }

  /// ∂x is the sum of ∂y over the positions that show x, in their order.
  func backward() {
    guard let buffers, let dy = buffers.outputGradient, let target = buffers.inputGradients[0]
    else {
      return
    }
    let dx = backwards.isDirect ? target : buffers.scratch
    let (n, width) = (map.count, block)
    dx.update(repeating: 0, count: site.rows * blocks.input * inputPositions * width)
    for row in 0..<site.rows {
      for k in 0..<min(blocks.input, blocks.output) {
        let from = dy + (row * blocks.output + k) * n * width
        let to = dx + (row * blocks.input + k) * inputPositions * width
        for p in 0..<n where map[p] >= 0 {
          let (a, b) = (to + map[p] * width, from + p * width)
          for i in 0..<width { a[i] += b[i] }
        }
      }
    }
    backwards.run(site.stream)
  }
}
