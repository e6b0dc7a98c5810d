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
  /// Of both halves, and of what was made up alone.
  private let statistics: (both: Statistics, made: Statistics)?
  private let pads: [Memory]
  private let rows: Int
  private let widths: (visible: Int, hidden: Int)
  private let parameters: Parameters
  /// The data, what was made up, and hidden states, where these are mostly zeros.
  private var sparse: (data: SparseProduct?, made: SparseProduct?, hidden: SparseProduct?)
  /// Whether the data and what was made up are listed.
  private var isListed = (data: false, made: false)
  /// The scratch memory that all lists share.
  private let shared: Int
  /// The floats of memory that lasts from the way up to the statistics.
  let saved: Int
  /// The floats of scratch memory.
  let scratch: Int

  /// Where the parameters lie.
  struct Parameters {
    /// [visible, hidden]: the transpose of W, so that the numbers that a visible unit is multiplied by are
    /// neighbours.
    var weights: UnsafeMutablePointer<Float>
    var hiddenBias: UnsafeMutablePointer<Float>
    var visibleBias: UnsafeMutablePointer<Float>
  }

  /// vᵀh over some rows.
  private struct Statistics {
    var left: Memory
    var right: Memory
    var result: Memory
    var run: Execution

    func execute(
      _ v: UnsafeMutablePointer<Float>, _ h: UnsafeMutablePointer<Float>,
      into z: UnsafeMutablePointer<Float>, _ stream: Stream
    ) {
      left.move(to: v)
      right.move(to: h)
      result.move(to: z)
      run.run(stream)
    }
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
    let weights = try MemoryDescriptor(plain: [v, h])
    let turned = try MemoryDescriptor(transposed: [h, v])
    let (below, above) = (
      try MemoryDescriptor(plain: [rows, v]), try MemoryDescriptor(plain: [rows, h])
    )
    let rowBelow = try MemoryDescriptor(plain: [1, v])
    let rowAbove = try MemoryDescriptor(plain: [1, h])
    visible = try Memory(below, engine: engine)
    hidden = try Memory(above, engine: engine)
    let up = try MatrixProduct.descriptor(
      left: below, right: weights, bias: try MemoryDescriptor(plain: [h]), result: above,
      engine: engine)
    let down = try MatrixProduct.descriptor(
      left: above, right: turned, bias: try MemoryDescriptor(plain: [v]), result: below,
      engine: engine)
    var pads: [Memory] = []
    upward = try Execution(
      up,
      try up.arguments(
        [
          (.source, visible),
          (.weights, try Memory(weights, engine: engine, at: parameters.weights)),
          (.bias, try Memory(rowAbove, engine: engine, at: parameters.hiddenBias)),
          (.destination, hidden),
        ], pads: &pads, engine: engine))
    downward = try Execution(
      down,
      try down.arguments(
        [
          (.source, hidden),
          (.weights, try Memory(turned, engine: engine, at: parameters.weights)),
          (.bias, try Memory(rowBelow, engine: engine, at: parameters.visibleBias)),
          (.destination, visible),
        ], pads: &pads, engine: engine))
    func statistics(_ rows: Int) throws(OneDNNError) -> Statistics {
      let left = try Memory(try MemoryDescriptor(transposed: [v, rows]), engine: engine)
      let right = try Memory(try MemoryDescriptor(plain: [rows, h]), engine: engine)
      let result = try Memory(weights, engine: engine)
      let product = try MatrixProduct.descriptor(
        left: left.descriptor, right: right.descriptor, result: weights, engine: engine)
      return Statistics(
        left: left, right: right, result: result,
        run: try Execution(
          product,
          try product.arguments(
            [(.source, left), (.weights, right), (.destination, result)], pads: &pads,
            engine: engine)))
    }
    self.statistics = isTraining ? (try statistics(2 * rows), try statistics(rows)) : nil
    self.pads = pads
    shared = SparseProduct.scratch(rows: rows, width: max(v, h))
    let lists = SparseProduct.memory(rows: rows, width: v)
    saved = isTraining ? 2 * lists : lists
    scratch = max(
      pads.map(\.descriptor.storedCount).max() ?? 0,
      shared + SparseProduct.memory(rows: rows, width: h))
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
    sparse = (product(v, saved), nil, product(h, scratch + shared))
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
      product.times(
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
      product.timesTransposed(
        parameters.weights, bias: parameters.visibleBias, outputs: widths.visible, into: z)
      return
    }
    hidden.move(to: h)
    visible.move(to: z)
    downward.run(stream)
  }

  /// vᵀh, [visible, hidden], over twice the rows: the data, and what was last made up of them.
  func correlate(
    _ h: UnsafeMutablePointer<Float>, _ v: UnsafeMutablePointer<Float>,
    into result: UnsafeMutablePointer<Float>
  ) {
    guard let statistics else { preconditionFailure("compiled without statistics") }
    guard isListed.data, let data = sparse.data else {
      statistics.both.execute(v, h, into: result, stream)
      return
    }
    let (made, outputs) = (h + rows * widths.hidden, widths.hidden)
    if isListed.made, let product = sparse.made {
      data.correlate(h, outputs: outputs, into: result, adding: false)
      product.correlate(made, outputs: outputs, into: result, adding: true)
    } else {
      statistics.made.execute(v + rows * widths.visible, made, into: result, stream)
      data.correlate(h, outputs: outputs, into: result, adding: true)
    }
  }
}

extension PrimitiveDescriptor {
  /// `list`, with a scratchpad where the primitive wants one, which is added to `pads`.
  func arguments(
    _ list: [(Argument, Memory)], pads: inout [Memory], engine: Engine
  ) throws(OneDNNError) -> [(Argument, Memory)] {
    guard let layout = layout(.scratchpad) else { return list }
    let pad = try Memory(layout, engine: engine)
    pads.append(pad)
    return list + [(.scratchpad, pad)]
  }
}
