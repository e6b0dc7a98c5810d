import Tensors

/// Looks at what every layer computes, as soon as it is there: later the memory is another's.
public protocol PassTrace: AnyObject {
  /// The layer `node` has computed its output, sample after sample.
  func forward(_ node: Int, output: Span<Float>)

  /// The derivative by the output of the layer `node` is complete; its backward pass comes next.
  func backward(_ node: Int, outputGradient: Span<Float>)
}

extension Plan {
  /// Shows the output of a layer to `trace`, as it lies: padded channels included.
  func show(outputOf index: Int, to trace: any PassTrace) {
    let place = places.outputs[index].flatMap { place in base.map { $0 + offsets[place] } }
    guard let address = place ?? inputAddress else { return }
    let buffer = UnsafeBufferPointer(start: address, count: layers[index].output.storedCount)
    trace.forward(index, output: buffer.span)
  }

  /// Shows the derivative by the output of a layer to `trace`.
  func show(outputGradientOf index: Int, to trace: any PassTrace) {
    guard let place = places.outputGradients[index], let base else { return }
    let buffer = UnsafeBufferPointer(
      start: base + offsets[place], count: layers[index].output.storedCount)
    trace.backward(index, outputGradient: buffer.span)
  }
}
