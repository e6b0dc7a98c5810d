import OneDNN
import Tensors

/// A copy of a tensor as products of reduced precision read it: rounded to bfloat16, in a layout of
/// theirs.
final class OperandCopy {
  /// The copy.
  let memory: Memory
  /// The floats of memory that it takes, up to a whole cache line.
  let count: Int

  private let source: Memory
  private let copying: Execution
  private let isRounded: Bool
  private var place: UnsafeMutablePointer<Float>?

  /// A copy in the layout `copy`, of the type of `form`, of what lies as `original` says.
  init(
    of original: MemoryDescriptor, as copy: MemoryDescriptor, form: OperandForm, engine: Engine
  ) throws(OneDNNError) {
    source = try Memory(original, engine: engine)
    memory = try Memory(copy, engine: engine)
    count = (copy.storedCount + 15) / 16 * 16
    isRounded = form == .rounded
    copying = try Execution(
      try Reorder.descriptor(from: original, to: copy, engine: engine),
      [(.source, source), (.destination, memory)])
  }

  /// Takes the place of the copy.
  func bind(_ place: UnsafeMutablePointer<Float>) {
    self.place = place
    memory.move(to: place)
  }

  /// Copies what lies at `address`.
  func run(_ address: UnsafeMutablePointer<Float>, _ stream: Stream) {
    source.move(to: address)
    copying.run(stream)
    guard isRounded, let place else { return }
    var copied = UnsafeMutableBufferPointer(start: place, count: memory.descriptor.storedCount)
      .mutableSpan
    roundToBFloat16(&copied)
  }
}
