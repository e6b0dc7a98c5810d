import OneDNN
import Tensors

/// The products of a recurrent layer that wait for the step before: by the state forward, by the gradient of
/// the sums on the way back.
///
/// Weights are the same in all steps of a pass. Where the product is joint they are laid below one another,
/// and where rows would start in few sets of the cache, they are set apart: an LSTM of 512 units takes
/// 1.6 times as long otherwise.
final class RecurrentProducts {
  /// The floats that they use within a pass of either direction.
  private(set) var scratch = 0

  private let site: LayerSite
  private let operand: Memory
  private let firstOperand: Memory
  private let sums: Memory
  private let gradient: Memory
  private let forwardPass: Execution
  /// Of the inputs alone, where these are a part of the product.
  private var firstPass: Execution?
  private var backwardPass: Execution?
  /// What brings weights into their order, for either pass.
  private var forwardCopies: [Execution] = []
  private var backwardCopies: [Execution] = []
  /// Where copies of weights lie in the scratch.
  private var copies: [(memory: Memory, place: Int)] = []
  private var scratchpads: [Memory] = []
  /// Where the floats begin that primitives use within a call.
  private let pad: Int
  private let inputPlace: Int

  /// Compiles the products, the last one for training alone.
  init(_ factors: RecurrentFactors, site: LayerSite) throws(OneDNNError) {
    self.site = site
    let engine = site.engine
    let (rows, units, features) = (factors.rows, factors.units, factors.features)
    let (height, sumStride) = (factors.height, factors.sumStride)
    func matrix(
      _ extents: [Int], _ strides: [Int], at home: UnsafeMutablePointer<Float>? = nil
    ) throws(OneDNNError) -> Memory {
      try Memory(MemoryDescriptor(matrix: extents, strides: strides), engine: engine, at: home)
    }
    let stride = RecurrentPlaces.stride(units)
    let isApart = stride > units
    inputPlace = units
    let copied = max(
      features > 0 ? (units + features) * sumStride : 0, isApart ? height * stride : 0)
    pad = (copied + 15) / 16 * 16
    operand = try matrix([rows, units + features], [factors.operandStride, 1])
    firstOperand = try matrix([rows, features], [factors.operandStride, 1])
    sums = try matrix([rows, height], [sumStride, 1])
    gradient = try matrix([rows, units], [units, 1])
    let own = try matrix([height, units], [units, 1], at: factors.recurrentWeights)
    let columns = try matrix([units, height], [1, units], at: factors.recurrentWeights)

    var copies: [(memory: Memory, place: Int)] = []
    var passes = MatrixPasses(engine: engine)
    var (weights, setApart): (Memory, [Execution]) = (own, [])
    if isApart, features == 0 || site.isTraining {
      weights = try matrix([height, units], [stride, 1])
      copies.append((weights, 0))
      setApart = [try passes.copy(own, to: weights)]
    }
    let pass: Execution
    if features > 0 {
      let inputColumns = try matrix([features, height], [1, features], at: factors.weights)
      let whole = try matrix([units + features, height], [sumStride, 1])
      let above = try matrix([units, height], [sumStride, 1])
      let below = try matrix([features, height], [sumStride, 1])
      copies += [(whole, 0), (above, 0), (below, units * sumStride)]
      forwardCopies = [
        try passes.copy(columns, to: above),
        try passes.copy(inputColumns, to: below),
      ]
      firstPass = try passes.product(firstOperand, below, sums)
      pass = try passes.product(operand, whole, sums)
    } else if isApart {
      let apartColumns = try matrix([units, height], [1, stride])
      copies.append((apartColumns, 0))
      forwardCopies = setApart
      pass = try passes.product(operand, apartColumns, sums)
    } else {
      pass = try passes.product(operand, columns, sums)
    }
    forwardPass = pass
    if site.isTraining {
      backwardCopies = setApart
      backwardPass = try passes.product(sums, weights, gradient)
    }
    self.copies = copies
    scratchpads = passes.pads
    scratch = pad + passes.padCount
  }

  /// Takes a place of ``scratch`` floats.
  func bind(scratch: UnsafeMutablePointer<Float>) {
    for (memory, place) in copies { memory.move(to: scratch + place) }
    for memory in scratchpads { memory.move(to: scratch + pad) }
  }

  /// Prepares the weights for a pass forward.
  func beginForward() {
    for copy in forwardCopies { copy.run(site.stream) }
  }

  /// (U W)(h_{t−1}, x_t) or U h_{t−1} of all rows; no state comes before the first step.
  func forward(
    _ address: UnsafeMutablePointer<Float>, isFirst: Bool, to target: UnsafeMutablePointer<Float>
  ) {
    sums.move(to: target)
    if isFirst, let firstPass {
      firstOperand.move(to: address + inputPlace)
      firstPass.run(site.stream)
    } else {
      operand.move(to: address)
      forwardPass.run(site.stream)
    }
  }

  /// Prepares the weights for the way back.
  func beginBackward() {
    for copy in backwardCopies { copy.run(site.stream) }
  }

  /// ∂h_{t−1} = ∂z U of all rows.
  func backward(
    _ source: UnsafeMutablePointer<Float>, to target: UnsafeMutablePointer<Float>
  ) {
    sums.move(to: source)
    gradient.move(to: target)
    backwardPass?.run(site.stream)
  }
}
