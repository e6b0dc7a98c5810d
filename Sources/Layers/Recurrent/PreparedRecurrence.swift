import OneDNN
import Tensors

/// One direction of a recurrent layer: products of all steps at once where no step waits for another,
/// and one product a step for the state.
///
/// Forward: (U W)(h_{t−1}, x_t) is one product a step; or W x of all steps is one and U h_{t−1} one a
/// step (`RecurrentPlaces.isJoint`). Backward: ∂z U is one a step; ∂W, ∂U, ∂b and ∂x are one product each
/// over all steps. (oneDNN's own LSTM has reference code alone on
/// processors with AVX2: with 128 units it takes 1.2 times as long for 16 rows, 7 times for 128.)
final class PreparedRecurrence {
  let places: RecurrentPlaces
  /// The floats that products and primitives use behind `places.scratch`.
  private(set) var padCount = 0

  private let site: LayerSite
  private let kernel: any CellKernel
  private let steps: Int
  private let features: Int
  private let units: Int
  private let gates: Int
  private let usesBias: Bool
  private let usesRecurrentBias: Bool
  /// After how many steps gradients stop.
  private let truncation: Int
  /// What padded steps do; nil where there are none.
  private let padding: PaddedSteps?
  /// The masks that training draws; nil where nothing is dropped.
  private let dropout: RecurrentDropout?
  /// The layer's first parameter of this direction.
  private let first: Int

  private let products: RecurrentProducts
  private let input: Memory
  private let sums: Memory
  private let bias: Memory?
  private let states: Memory
  private let transposedSums: Memory
  private let transposedProducts: Memory
  private let weightsGradient: Memory
  private let recurrentGradient: Memory
  private var scratchpads: [Memory] = []
  private var inputPass: Execution?
  private var inputBackward: Execution?
  private var weightsPass: Execution?
  private var recurrentPass: Execution?
  private var saved: UnsafeMutablePointer<Float>?
  private var scratch: UnsafeMutablePointer<Float>?

  /// Compiles `layer` with the parameters from `first` on; reversed, its first step is the input's last.
  init(
    _ layer: any RecurrentLayer, first: Int, isReversed: Bool, site: LayerSite
  ) throws(OneDNNError) {
    let engine = site.engine
    let settings = layer.settings
    let shape = site.inputs[0].shape
    let (rows, steps, features, units) = (site.rows, shape[0], shape[1], settings.units)
    (self.site, self.first, self.steps, self.features) = (site, first, steps, features)
    self.units = units
    kernel = layer.cell.kernel
    gates = layer.cell.gates
    usesBias = settings.usesBias
    usesRecurrentBias = settings.usesBias && settings.usesRecurrentBias
    truncation = settings.truncation ?? steps
    let height = gates * units
    let isMasked = site.inputs[0].isMasked
    padding = isMasked ? PaddedSteps(site.pass, steps: steps, isReversed: isReversed) : nil
    dropout = RecurrentDropout(settings, direction: isReversed ? 1 : 0, site: site)
    let places = RecurrentPlaces(
      rows: rows, steps: steps, features: features, units: units, gates: gates, kernel: kernel,
      isMasked: isMasked, dropsInputs: dropout?.dropsInputs ?? false,
      dropsStates: dropout?.dropsStates ?? false)
    self.places = places
    func matrix(_ extents: [Int], _ stride: Int) throws(OneDNNError) -> MemoryDescriptor {
      try MemoryDescriptor(matrix: extents, strides: [stride, 1])
    }
    func transposed(_ extents: [Int], _ stride: Int) throws(OneDNNError) -> MemoryDescriptor {
      try MemoryDescriptor(matrix: extents, strides: [1, stride])
    }
    let all = steps * rows
    let inputs = try matrix([all, features], places.inputStride)
    let sumsOfAll = try matrix([all, height], places.gateStride)
    let sumsAsRows = try transposed([height, all], places.gateStride)
    input = try Memory(inputs, engine: engine)
    sums = try Memory(sumsOfAll, engine: engine)
    states = try Memory(try matrix([all, units], places.operandStride), engine: engine)
    transposedSums = try Memory(sumsAsRows, engine: engine)
    transposedProducts = try Memory(sumsAsRows, engine: engine)
    let weights = try MemoryDescriptor(plain: [height, features])
    let recurrent = try MemoryDescriptor(plain: [height, units])
    weightsGradient = try Memory(weights, engine: engine)
    recurrentGradient = try Memory(recurrent, engine: engine)
    let home = site.weights + site.parameterOffsets[first]
    let row = try MemoryDescriptor(plain: [1, height])
    bias = usesBias ? try Memory(row, engine: engine) : nil

    let factors = RecurrentFactors(
      rows: rows, units: units, features: places.isJoint ? features : 0, height: height,
      operandStride: places.operandStride, sumStride: places.gateStride,
      recurrentWeights: site.weights + site.parameterOffsets[first + 1], weights: home)
    products = try RecurrentProducts(factors, site: site)
    var passes = MatrixPasses(engine: engine)
    if !places.isJoint {
      let columns = try Memory(transposed([features, height], features), engine: engine, at: home)
      inputPass = try passes.product(input, columns, sums, bias: bias)
    }
    if site.isTraining {
      weightsPass = try passes.product(transposedSums, input, weightsGradient)
      recurrentPass = try passes.product(transposedProducts, states, recurrentGradient)
      if site.inputs[0].wantsGradient {
        inputBackward = try passes.product(
          sums, try Memory(weights, engine: engine, at: home), input)
      }
    }
    scratchpads = passes.pads
    padCount = max(passes.padCount, products.scratch)
  }

  /// Takes places of `places.saved` and of `places.scratch + padCount` floats.
  func bind(saved: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>) {
    self.saved = saved
    self.scratch = scratch
    input.move(to: saved + places.inputs)
    sums.move(to: saved + places.gates)
    states.move(to: saved + places.operands)
    transposedSums.move(to: saved + places.gates)
    transposedProducts.move(to: saved + (kernel.keepsProducts ? places.products : places.gates))
    for pad in scratchpads { pad.move(to: scratch + places.pad) }
    products.bind(scratch: scratch + places.pad)
  }

  /// The input of a step, rows `places.inputStride` apart; in the end the gradient by it.
  func input(_ step: Int) -> UnsafeMutablePointer<Float>? {
    saved.map { $0 + places.inputs + step * site.rows * places.inputStride }
  }

  /// h after a step, rows `places.stateStride` apart.
  func state(_ step: Int) -> UnsafeMutablePointer<Float>? {
    saved.map { $0 + places.states + (step + 1) * site.rows * places.stateStride }
  }

  /// ∂h of the step whose turn it is, rows without gaps.
  var gradient: UnsafeMutablePointer<Float>? { scratch.map { $0 + places.gradient } }

  /// What the recurrent product reads before a step.
  private func operand(
    _ step: Int, _ saved: UnsafeMutablePointer<Float>
  ) -> UnsafeMutablePointer<Float> {
    saved + places.operands + step * site.rows * places.operandStride
  }

  /// Draws the masks of this pass, and drops what they say from the inputs, which are in their place.
  func drawMasks() {
    guard let dropout, let saved else { return }
    dropout.draw(inputs: saved + places.inputMask, states: saved + places.stateMask)
    maskInputs()
  }

  /// Multiplies the inputs, in the end the gradients by them, by their mask.
  private func maskInputs() {
    guard let dropout, dropout.dropsInputs, let saved else { return }
    for index in 0..<steps {
      guard let place = input(index) else { return }
      dropout.multiply(
        place, stride: places.inputStride, by: saved + places.inputMask, count: features)
    }
  }

  /// Writes what dropout leaves of the state before `step` to where the product reads it.
  private func dropStates(before step: Int, _ saved: UnsafeMutablePointer<Float>) {
    guard let dropout, dropout.dropsStates, step < steps else { return }
    dropout.copy(
      saved + places.states + step * site.rows * places.stateStride, stride: places.stateStride,
      to: operand(step, saved), stride: places.operandStride, by: saved + places.stateMask)
  }

  /// Computes all states from the inputs.
  func forward() {
    guard let saved, let scratch else { return }
    let rows = site.rows
    for row in 0..<rows {
      (saved + places.states + row * places.stateStride).update(repeating: 0, count: units)
    }
    dropStates(before: 0, saved)
    if kernel.hasCellState { (saved + places.cells).update(repeating: 0, count: rows * units) }
    prepareBiases(saved + places.biases)
    if !places.isJoint { inputPass?.run(site.stream) }
    products.beginForward()
    for index in 0..<steps {
      let step = cellStep(index, saved, scratch)
      if places.isJoint || index > 0 {
        products.forward(
          operand(index, saved), isFirst: index == 0,
          to: places.isJoint ? step.gates : step.products)
      } else {
        step.products.update(repeating: 0, count: rows * places.gateStride)
      }
      kernel.forward(step)
      padding?.carry(step, index, hasCellState: kernel.hasCellState)
      dropStates(before: index + 1, saved)
    }
  }

  /// Adds both biases where they are added to the same sum.
  private func prepareBiases(_ joint: UnsafeMutablePointer<Float>) {
    guard usesBias else {
      return joint.update(repeating: 0, count: (gates + 1) * units)
    }
    let own = site.weights + site.parameterOffsets[first + 2]
    guard usesRecurrentBias else {
      bias?.move(to: own)
      if places.isJoint { joint.update(from: own, count: gates * units) }
      return
    }
    let other = site.weights + site.parameterOffsets[first + 3]
    joint.update(from: own, count: gates * units)
    for j in 0..<sharedSums { joint[j] += other[j] }
    (joint + gates * units).update(from: other + (gates - 1) * units, count: units)
    bias?.move(to: joint)
  }

  /// The sums to which both biases are added: all, unless a gate stands in between.
  private var sharedSums: Int { (kernel.keepsProducts ? gates - 1 : gates) * units }

  private func cellStep(
    _ index: Int, _ saved: UnsafeMutablePointer<Float>, _ scratch: UnsafeMutablePointer<Float>
  ) -> CellStep {
    let rows = site.rows
    let (plane, cellPlane) = (rows * places.stateStride, rows * units)
    let gatePlane = rows * places.gateStride
    let states = saved + places.states + index * plane
    let cells = saved + places.cells + (kernel.hasCellState ? index * cellPlane : 0)
    return CellStep(
      rows: rows, units: units, gates: saved + places.gates + index * gatePlane,
      products: places.isJoint
        ? saved + places.biases
        : kernel.keepsProducts
          ? saved + places.products + index * gatePlane : scratch + places.product,
      productStride: places.isJoint ? 0 : places.gateStride,
      gateStride: places.gateStride, before: states, state: states + plane,
      stateStride: places.stateStride, cellBefore: cells,
      cell: cells + (kernel.hasCellState ? cellPlane : 0), gradient: scratch + places.gradient,
      cellGradient: scratch + places.cellGradient,
      productBias: saved + places.biases + gates * units)
  }

  /// Begins the way back: no gradient has come from later steps.
  func beginBackward() {
    products.beginBackward()
    stopGradients()
  }

  /// No gradient comes from later steps.
  private func stopGradients() {
    guard let scratch else { return }
    let count = site.rows * units
    (scratch + places.gradient).update(repeating: 0, count: count)
    if kernel.hasCellState { (scratch + places.cellGradient).update(repeating: 0, count: count) }
    if isTruncated { padding?.count(site.rows, into: scratch + places.counts) }
  }

  /// Goes back over one step; ``gradient`` holds ∂h_t and in the end ∂h_{t−1}.
  func backward(_ index: Int) {
    guard let saved, let scratch else { return }
    let step = cellStep(index, saved, scratch)
    let held = scratch + places.held
    padding?.hold(step, index, at: held, hasCellState: kernel.hasCellState)
    kernel.backward(step)
    padding?.silence(
      step, index, gates: gates, held: held, keepsProducts: kernel.keepsProducts,
      hasCellState: kernel.hasCellState)
    // The state before is a constant where a stretch of steps begins: where rows are padded, of each by itself.
    guard index > 0, padding != nil || index % truncation > 0 else { return stopGradients() }
    let part = scratch + (kernel.carriesState ? places.carried : places.gradient)
    products.backward(kernel.keepsProducts ? step.products : step.gates, to: part)
    if let dropout, dropout.dropsStates {
      dropout.multiply(part, stride: units, by: saved + places.stateMask, count: units)
    }
    if kernel.carriesState {
      let total = step.gradient
      for i in 0..<site.rows * units { total[i] += part[i] }
    }
    padding?.release(step, index, from: held)
    guard isTruncated else { return }
    padding?.cut(
      step, index, stretch: truncation, counts: scratch + places.counts,
      hasCellState: kernel.hasCellState)
  }

  /// Whether gradients stop before the first step.
  private var isTruncated: Bool { truncation < steps }

  /// After all steps: the gradients by the parameters, and by the inputs in their place.
  func endBackward() {
    guard let saved else { return }
    let gradients = site.pass.gradients
    weightsGradient.move(to: gradients + site.parameterOffsets[first])
    weightsPass?.run(site.stream)
    recurrentGradient.move(to: gradients + site.parameterOffsets[first + 1])
    recurrentPass?.run(site.stream)
    let (all, height) = (steps * site.rows, gates * units)
    if usesBias {
      let own = gradients + site.parameterOffsets[first + 2]
      ColumnSum.overRows(
        saved + places.gates, into: own, rows: all, columns: height, stride: places.gateStride)
      if usesRecurrentBias {
        let other = gradients + site.parameterOffsets[first + 3]
        other.update(from: own, count: sharedSums)
        if sharedSums < height {
          ColumnSum.overRows(
            saved + places.products + sharedSums, into: other + sharedSums, rows: all,
            columns: height - sharedSums, stride: places.gateStride)
        }
      }
    }
    guard let inputBackward else { return }
    inputBackward.run(site.stream)
    maskInputs()
  }
}
