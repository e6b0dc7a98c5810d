import OneDNN

/// The products of directed connections between two layers of units, W being [above, below]: x = v Wᵀ + c
/// upwards, or z = h W + b downwards.
final class DirectedProducts {
  /// Where the connections lead.
  enum Direction {
    /// From below to above.
    case up
    /// From above to below.
    case down
  }

  private let stream: Stream
  private let source: Memory
  private let target: Memory
  private let product: Execution
  private let gradient: (above: Memory, below: Memory, result: Memory, run: Execution)?
  private let pads: [Memory]

  /// The floats of scratch memory.
  var scratch: Int { pads.map(\.descriptor.storedCount).max() ?? 0 }

  /// Compiles the products of `rows` rows; the gradient by W too if `isTraining`.
  init(
    _ direction: Direction, rows: Int, above h: Int, below v: Int,
    weights: UnsafeMutablePointer<Float>, bias: UnsafeMutablePointer<Float>, isTraining: Bool,
    engine: Engine, stream: Stream
  ) throws(OneDNNError) {
    self.stream = stream
    var pads: [Memory] = []
    let (above, below) = (
      try MemoryDescriptor(plain: [rows, h]), try MemoryDescriptor(plain: [rows, v])
    )
    let plain = try MemoryDescriptor(plain: [h, v])
    let (from, to) = direction == .up ? (below, above) : (above, below)
    let factor = direction == .up ? try MemoryDescriptor(transposed: [v, h]) : plain
    let width = direction == .up ? h : v
    let descriptor = try MatrixProduct.descriptor(
      left: from, right: factor, bias: try MemoryDescriptor(plain: [width]), result: to,
      engine: engine)
    source = try Memory(from, engine: engine)
    target = try Memory(to, engine: engine)
    let row = try MemoryDescriptor(plain: [1, width])
    product = try Execution(
      descriptor,
      try descriptor.arguments(
        [
          (.source, source), (.weights, try Memory(factor, engine: engine, at: weights)),
          (.bias, try Memory(row, engine: engine, at: bias)), (.destination, target),
        ], pads: &pads, engine: engine))
    if isTraining {
      let turned = try Memory(try MemoryDescriptor(transposed: [h, rows]), engine: engine)
      let right = try Memory(below, engine: engine)
      let result = try Memory(plain, engine: engine)
      let sums = try MatrixProduct.descriptor(
        left: turned.descriptor, right: below, result: plain, engine: engine)
      gradient = (
        turned, right, result,
        try Execution(
          sums,
          try sums.arguments(
            [(.source, turned), (.weights, right), (.destination, result)], pads: &pads,
            engine: engine))
      )
    } else {
      gradient = nil
    }
    self.pads = pads
  }

  /// Gives the products their scratch memory.
  func bind(scratch: UnsafeMutablePointer<Float>) {
    for pad in pads { pad.move(to: scratch) }
  }

  /// The units' weighted inputs on the far side.
  func run(from units: UnsafeMutablePointer<Float>, to inputs: UnsafeMutablePointer<Float>) {
    source.move(to: units)
    target.move(to: inputs)
    product.run(stream)
  }

  /// ∂W = Σ aᵀb over the rows, one of the two being what a prediction misses.
  func correlate(
    above a: UnsafeMutablePointer<Float>, below b: UnsafeMutablePointer<Float>,
    into result: UnsafeMutablePointer<Float>
  ) {
    guard let gradient else { preconditionFailure("compiled without gradient") }
    gradient.above.move(to: a)
    gradient.below.move(to: b)
    gradient.result.move(to: result)
    gradient.run.run(stream)
  }
}
