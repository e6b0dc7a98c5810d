import OneDNN
import Tensors

/// Compiles products and copies of matrices for one layer, with the pads that they use within a call.
struct MatrixPasses {
  let engine: Engine
  /// The pads, of which one is in use at a time.
  private(set) var pads: [Memory] = []

  init(engine: Engine) { self.engine = engine }

  /// The floats of the largest pad.
  var padCount: Int { pads.map { $0.descriptor.storedCount }.max() ?? 0 }

  /// left × right + bias.
  mutating func product(
    _ left: Memory, _ right: Memory, _ result: Memory, bias: Memory? = nil
  ) throws(OneDNNError) -> Execution {
    let width = result.descriptor.dimensions[1]
    let pass = try MatrixProduct.descriptor(
      left: left.descriptor, right: right.descriptor,
      bias: bias == nil ? nil : try MemoryDescriptor(plain: [width]), result: result.descriptor,
      engine: engine)
    var arguments: [(Argument, Memory)] = [
      (.source, left), (.weights, right), (.destination, result),
    ]
    if let bias { arguments.append((.bias, bias)) }
    return try complete(pass, arguments)
  }

  /// A copy into another layout.
  mutating func copy(_ source: Memory, to target: Memory) throws(OneDNNError) -> Execution {
    let pass = try Reorder.descriptor(
      from: source.descriptor, to: target.descriptor, engine: engine)
    return try complete(pass, [(.source, source), (.destination, target)])
  }

  /// The execution of `pass`, with a pad where it wants one.
  private mutating func complete(
    _ pass: PrimitiveDescriptor, _ given: [(Argument, Memory)]
  ) throws(OneDNNError) -> Execution {
    var arguments = given
    if let layout = pass.layout(.scratchpad) {
      let pad = try Memory(layout, engine: engine)
      pads.append(pad)
      arguments.append((.scratchpad, pad))
    }
    return try Execution(pass, arguments)
  }
}
