import OneDNN
import Tensors

/// A recurrent layer in one direction or both: brings inputs into the order of steps, and what comes out
/// of the directions together.
final class PreparedRecurrent: PreparedLayer {
  let output: MemoryDescriptor
  private(set) var needs = BufferNeeds()
  private let site: LayerSite
  private let directions: [PreparedRecurrence]
  private let merge: Bidirectional.Merge
  private let inputs: LayoutBridge
  private let gradients: LayoutBridge
  private let steps: Int
  private let features: Int
  private let units: Int
  /// The steps that the output holds, and the floats of one.
  private let shownSteps: Int
  private let width: Int
  private var buffers: LayerBuffers?
  private var source: UnsafeMutablePointer<Float>?

  /// Compiles the layers, the second of which reads from the end.
  init(
    _ layers: [any RecurrentLayer], merge: Bidirectional.Merge, site: LayerSite
  ) throws(OneDNNError) {
    let settings = layers[0].settings
    let shape = site.inputs[0].shape
    self.site = site
    self.merge = merge
    (steps, features, units) = (shape[0], shape[1], settings.units)
    shownSteps = settings.returnsSequences ? steps : 1
    width = merge == .concatenate ? layers.count * units : units
    output =
      settings.returnsSequences
      ? try MemoryDescriptor(rows: site.rows, of: [steps, width])
      : try MemoryDescriptor(plain: [site.rows, width])
    let plain = try MemoryDescriptor(rows: site.rows, of: shape)
    let layout = site.inputs[0].layout
    inputs = try LayoutBridge(from: layout, to: plain, copy: .far, engine: site.engine)
    gradients = try LayoutBridge(from: plain, to: layout, copy: .near, engine: site.engine)
    let each = site.parameterOffsets.count / layers.count
    var directions: [PreparedRecurrence] = []
    for (index, layer) in layers.enumerated() {
      directions.append(
        try PreparedRecurrence(
          layer, first: index * each, isReversed: index == 1, site: site))
    }
    self.directions = directions
    needs.saved = directions.reduce(0) { $0 + $1.places.saved }
    let passes = directions.map { $0.places.scratch + $0.padCount }.max() ?? 0
    needs.scratch = max(passes, inputs.copyCount, gradients.copyCount)
  }

  func bind(_ buffers: LayerBuffers) throws(OneDNNError) {
    self.buffers = buffers
    try inputs.bind(from: buffers.inputs[0], to: buffers.scratch)
    source = inputs.isDirect ? buffers.inputs[0] : buffers.scratch
    if let target = buffers.inputGradients[0] {
      try gradients.bind(from: buffers.scratch, to: target)
    }
    var saved = buffers.saved
    for direction in directions {
      direction.bind(saved: saved, scratch: buffers.scratch)
      saved += direction.places.saved
    }
  }

  func moveInput(_ index: Int, to address: UnsafeMutablePointer<Float>) {
    inputs.moveSource(to: address)
    if inputs.isDirect { source = address }
  }

  /// The place in the input of the step that direction `index` takes at `step`.
  private func time(_ index: Int, _ step: Int) -> Int { index == 0 ? step : steps - 1 - step }

  func forward() {
    inputs.run(site.stream)
    for (index, direction) in directions.enumerated() {
      takeInput(index, direction)
      direction.drawMasks()
    }
    for (index, direction) in directions.enumerated() {
      direction.forward()
      for shown in 0..<shownSteps {
        show(index, direction, step: shownSteps == 1 ? steps - 1 : shown)
      }
    }
  }

  private func takeInput(_ index: Int, _ direction: PreparedRecurrence) {
    guard let source else { return }
    let stride = direction.places.inputStride
    for step in 0..<steps {
      guard let place = direction.input(step) else { return }
      let start = source + time(index, step) * features
      for row in 0..<site.rows {
        (place + row * stride).update(from: start + row * steps * features, count: features)
      }
    }
  }

  /// Where the output holds the step that direction `index` takes at `step`: of the first row.
  private func shownOffset(_ index: Int, _ step: Int) -> Int {
    let start = merge == .concatenate ? index * units : 0
    return (shownSteps == 1 ? 0 : time(index, step) * width) + start
  }

  /// Writes the state after `step` to the output, or meets there what the first direction wrote.
  private func show(_ index: Int, _ direction: PreparedRecurrence, step: Int) {
    guard let y = buffers?.output, let state = direction.state(step) else { return }
    let (start, stride) = (y + shownOffset(index, step), direction.places.stateStride)
    for row in 0..<site.rows {
      let (to, from) = (start + row * shownSteps * width, UnsafePointer(state + row * stride))
      if index == 0 || merge == .concatenate {
        to.update(from: from, count: units)
        continue
      }
      switch merge {
      case .product: for j in 0..<units { to[j] *= from[j] }
      case .mean: for j in 0..<units { to[j] = (to[j] + from[j]) / 2 }
      case .sum, .concatenate: for j in 0..<units { to[j] += from[j] }
      }
    }
  }

  func backward() {
    guard let buffers else { return }
    for (index, direction) in directions.enumerated() {
      direction.beginBackward()
      for step in (0..<steps).reversed() {
        if shownSteps == steps || step == steps - 1 { addGradient(index, direction, step: step) }
        direction.backward(step)
      }
      direction.endBackward()
    }
    guard let target = buffers.inputGradients[0] else { return }
    let dx = gradients.isDirect ? target : buffers.scratch
    for (index, direction) in directions.enumerated() { giveGradient(index, direction, to: dx) }
    gradients.run(site.stream)
  }

  /// Adds the output's gradient to that of the state after `step`.
  private func addGradient(_ index: Int, _ direction: PreparedRecurrence, step: Int) {
    guard let dy = buffers?.outputGradient, let total = direction.gradient else { return }
    let start = dy + shownOffset(index, step)
    let factor: Float = directions.count > 1 && merge == .mean ? 0.5 : 1
    let meetsProduct = directions.count > 1 && merge == .product
    // The state that the other direction showed at the same place.
    let other = meetsProduct ? directions[1 - index] : direction
    let partnerStep = shownSteps == 1 ? steps - 1 : steps - 1 - step
    guard let partner = other.state(meetsProduct ? partnerStep : step) else { return }
    for row in 0..<site.rows {
      let from = UnsafePointer(start + row * shownSteps * width)
      let to = total + row * units
      if meetsProduct {
        let h = UnsafePointer(partner + row * other.places.stateStride)
        for j in 0..<units { to[j] += from[j] * h[j] }
      } else {
        for j in 0..<units { to[j] += factor * from[j] }
      }
    }
  }

  private func giveGradient(
    _ index: Int, _ direction: PreparedRecurrence, to dx: UnsafeMutablePointer<Float>
  ) {
    let stride = direction.places.inputStride
    for step in 0..<steps {
      guard let place = direction.input(step) else { return }
      let start = dx + time(index, step) * features
      for row in 0..<site.rows {
        let (to, from) = (start + row * steps * features, UnsafePointer(place + row * stride))
        if index == 0 {
          to.update(from: from, count: features)
        } else {
          for j in 0..<features { to[j] += from[j] }
        }
      }
    }
  }
}
