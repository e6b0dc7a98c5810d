import OneDNN
import Tensors

extension Merge {
  /// Computes in the layout of the first input.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    try PreparedMerge(method, fusesReLU: fusesReLU, site: site)
  }
}

/// A sum, mean or product; inputs are copied where their layout differs from the first one's.
final class PreparedMerge: PreparedLayer {
  let output: MemoryDescriptor
  private(set) var needs = BufferNeeds()
  private let method: Merge.Method
  private let fusesReLU: Bool
  private let site: LayerSite
  private let inputs: [LayoutBridge]
  private let gradients: [LayoutBridge]
  private let count: Int
  private var buffers: LayerBuffers?
  /// Where each input lies in the layout of the first.
  private var places: [UnsafeMutablePointer<Float>] = []

  init(_ method: Merge.Method, fusesReLU: Bool, site: LayerSite) throws(OneDNNError) {
    self.method = method
    self.fusesReLU = fusesReLU
    self.site = site
    let layout = site.inputs[0].layout
    output = layout
    count = layout.storedCount
    var (there, back): ([LayoutBridge], [LayoutBridge]) = ([], [])
    for input in site.inputs {
      there.append(
        try LayoutBridge(from: input.layout, to: layout, copy: .far, engine: site.engine))
      back.append(
        try LayoutBridge(from: layout, to: input.layout, copy: .near, engine: site.engine))
    }
    (inputs, gradients) = (there, back)
    // The factors of a product are read again by its backward pass.
    let copies = there.reduce(0) { $0 + $1.copyCount }
    let keeps = method == .product && site.isTraining
    needs.keepsInputs = keeps
    needs.keepsOutput = fusesReLU && site.isTraining
    needs.saved = keeps ? copies : 0
    needs.scratch = max(keeps ? 0 : copies, back.map(\.copyCount).max() ?? 0)
  }

  func bind(_ buffers: LayerBuffers) throws(OneDNNError) {
    self.buffers = buffers
    places = []
    var place = needs.saved > 0 ? buffers.saved : buffers.scratch
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
    for bridge in inputs { bridge.run(site.stream) }
    let n = count
    if places.count == 1 { y.update(from: places[0], count: n) }
    for k in places.indices.dropFirst() {
      let (a, b) = (k == 1 ? places[0] : y, places[k])
      if method == .product {
        for i in 0..<n { y[i] = a[i] * b[i] }
      } else if fusesReLU, k == places.count - 1, method == .sum {
        for i in 0..<n { y[i] = max(a[i] + b[i], 0) }
        return
      } else {
        for i in 0..<n { y[i] = a[i] + b[i] }
      }
    }
    if method == .mean {
      let share = 1 / Float(places.count)
      for i in 0..<n { y[i] *= share }
    }
    if fusesReLU { for i in 0..<n { y[i] = max(y[i], 0) } }
  }

  func backward() {
    guard let buffers, let dy = buffers.outputGradient else { return }
    let n = count
    if fusesReLU {
      let y = buffers.output
      for i in 0..<n { dy[i] = y[i] > 0 ? dy[i] : 0 }
    }
    for (k, bridge) in gradients.enumerated() {
      guard let target = buffers.inputGradients[k] else { continue }
      let dx = bridge.isDirect ? target : buffers.scratch
      dx.update(from: dy, count: n)
      switch method {
      case .sum: break
      case .mean:
        let share = 1 / Float(places.count)
        for i in 0..<n { dx[i] *= share }
      case .product:
        for j in places.indices where j != k {
          let x = places[j]
          for i in 0..<n { dx[i] *= x[i] }
        }
      }
      bridge.run(site.stream)
    }
  }
}
