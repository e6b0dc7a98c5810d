import OneDNN
import Tensors

/// The products of a Boltzmann machine for so many rows: up to the hidden units, down to the visible
/// ones, and the statistics of both.
///
/// Drawn units, and data such as digits on black, are mostly zeros: where that is so only the others are
/// multiplied (``SparseProduct``). What decides is how many there are in these rows, so that bits depend on
/// the rows alone.
final class BoltzmannProducts {
  private let stream: Stream
  private let visible: Memory
  private let hidden: Memory
  private let upward: Execution
  private let downward: Execution
  private let statistics: (left: Memory, right: Memory, result: Memory, run: Execution)?
  private let pads: [Memory]
  private let rows: Int
  private let widths: (visible: Int, hidden: Int)
  private let parameters: Parameters
  /// The data, what was made up, and hidden states, where these are mostly zeros.
  private var sparse: (data: SparseProduct?, made: SparseProduct?, hidden: SparseProduct?)
  /// Whether the data and what was made up are listed.
  private var isListed = (data: false, made: false)
  /// The floats of memory that lasts from the way up to the statistics.
  let saved: Int
  /// The floats of scratch memory.
  let scratch: Int

  /// Where the parameters lie.
  struct Parameters {
    var weights: UnsafeMutablePointer<Float>
    var hiddenBias: UnsafeMutablePointer<Float>
    var visibleBias: UnsafeMutablePointer<Float>
  }

  /// Compiles the products of `rows` rows; those of statistics over twice as many if `isTraining`.
  init(
    rows: Int, visible v: Int, hidden h: Int, parameters: Parameters, isTraining: Bool,
    engine: Engine, stream: Stream
  ) throws(OneDNNError) {
    self.stream = stream
    self.rows = rows
    self.parameters = parameters
    widths = (v, h)
    let weights = try MemoryDescriptor(plain: [h, v])
    let turned = try MemoryDescriptor(transposed: [v, h])
    let (below, above) = (
      try MemoryDescriptor(plain: [rows, v]), try MemoryDescriptor(plain: [rows, h])
    )
    let rowBelow = try MemoryDescriptor(plain: [1, v])
    let rowAbove = try MemoryDescriptor(plain: [1, h])
    visible = try Memory(below, engine: engine)
    hidden = try Memory(above, engine: engine)
    let up = try MatrixProduct.descriptor(
      left: below, right: turned, bias: try MemoryDescriptor(plain: [h]), result: above,
      engine: engine)
    let down = try MatrixProduct.descriptor(
      left: above, right: weights, bias: try MemoryDescriptor(plain: [v]), result: below,
      engine: engine)
    var pads: [Memory] = []
    func arguments(
      _ descriptor: PrimitiveDescriptor, _ list: [(Argument, Memory)]
    ) throws(OneDNNError) -> [(Argument, Memory)] {
      guard let layout = descriptor.layout(.scratchpad) else { return list }
      let pad = try Memory(layout, engine: engine)
      pads.append(pad)
      return list + [(.scratchpad, pad)]
    }
    upward = try Execution(
      up,
      try arguments(
        up,
        [
          (.source, visible),
          (.weights, try Memory(turned, engine: engine, at: parameters.weights)),
          (.bias, try Memory(rowAbove, engine: engine, at: parameters.hiddenBias)),
          (.destination, hidden),
        ]))
    downward = try Execution(
      down,
      try arguments(
        down,
        [
          (.source, hidden),
          (.weights, try Memory(weights, engine: engine, at: parameters.weights)),
          (.bias, try Memory(rowBelow, engine: engine, at: parameters.visibleBias)),
          (.destination, visible),
        ]))
    if isTraining {
      let left = try Memory(try MemoryDescriptor(transposed: [h, 2 * rows]), engine: engine)
      let right = try Memory(try MemoryDescriptor(plain: [2 * rows, v]), engine: engine)
      let result = try Memory(weights, engine: engine)
      let product = try MatrixProduct.descriptor(
        left: left.descriptor, right: right.descriptor, result: weights, engine: engine)
      statistics = (
        left, right, result,
        try Execution(
          product,
          try arguments(
            product, [(.source, left), (.weights, right), (.destination, result)]))
      )
    } else {
      statistics = nil
    }
    self.pads = pads
    let lists = SparseProduct.memory(rows: rows, width: v)
    saved = isTraining ? 2 * lists : lists
    scratch = max(
      pads.map(\.descriptor.storedCount).max() ?? 0,
      SparseProduct.scratch(rows: rows) + SparseProduct.memory(rows: rows, width: h))
  }

  /// Gives the products their memory.
  func bind(scratch: UnsafeMutablePointer<Float>, saved: UnsafeMutablePointer<Float>) {
    for pad in pads { pad.move(to: scratch) }
    let (v, h) = widths
    guard SparseProduct.fits(width: v, outputs: h), SparseProduct.fits(width: h, outputs: v) else {
      return
    }
    func product(_ width: Int, _ memory: UnsafeMutablePointer<Float>) -> SparseProduct {
      SparseProduct(rows: rows, width: width, memory: memory, scratch: scratch)
    }
    sparse = (
      product(v, saved), nil, product(h, scratch + SparseProduct.scratch(rows: rows))
    )
    guard statistics != nil else { return }
    sparse.made = product(v, saved + SparseProduct.memory(rows: rows, width: v))
  }

  /// x = v Wᵀ + c, v being the data
  func up(from v: UnsafeMutablePointer<Float>, to x: UnsafeMutablePointer<Float>) {
    isListed = (up(sparse.data, from: v, to: x), false)
  }

  /// x = v Wᵀ + c, v being made up
  func upAgain(from v: UnsafeMutablePointer<Float>, to x: UnsafeMutablePointer<Float>) {
    isListed.made = up(sparse.made, from: v, to: x)
  }

  private func up(
    _ product: SparseProduct?, from v: UnsafeMutablePointer<Float>,
    to x: UnsafeMutablePointer<Float>
  ) -> Bool {
    if let product, product.list(v) {
      product.timesTransposed(
        parameters.weights, bias: parameters.hiddenBias, outputs: widths.hidden, into: x)
      return true
    }
    visible.move(to: v)
    hidden.move(to: x)
    upward.run(stream)
    return false
  }

  /// z = h W + b
  func down(from h: UnsafeMutablePointer<Float>, to z: UnsafeMutablePointer<Float>) {
    if let product = sparse.hidden, product.list(h) {
      product.times(
        parameters.weights, bias: parameters.visibleBias, outputs: widths.visible, into: z)
      return
    }
    hidden.move(to: h)
    visible.move(to: z)
    downward.run(stream)
  }

  /// hᵀv, over twice the rows: the data, and what was last made up of them.
  func correlate(
    _ h: UnsafeMutablePointer<Float>, _ v: UnsafeMutablePointer<Float>,
    into result: UnsafeMutablePointer<Float>
  ) {
    guard let statistics else { preconditionFailure("compiled without statistics") }
    if isListed == (true, true), let data = sparse.data, let made = sparse.made {
      data.correlate(h, below: made, outputs: widths.hidden, into: result)
      return
    }
    statistics.left.move(to: h)
    statistics.right.move(to: v)
    statistics.result.move(to: result)
    statistics.run.run(stream)
  }
}
