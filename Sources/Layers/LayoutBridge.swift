import OneDNN

/// The way of one tensor between two layouts: a copy where they differ, nothing where they agree.
final class LayoutBridge {
  /// The memory on the near side.
  let source: Memory
  /// The memory on the far side; the same memory where the layouts agree.
  let destination: Memory
  private let descriptor: PrimitiveDescriptor?
  private var execution: Execution?

  /// Whether nothing needs to be copied.
  var isDirect: Bool { descriptor == nil }

  /// The floats of the copy.
  let copyCount: Int

  /// Which side lies in scratch memory where the layouts differ.
  enum Copy {
    /// Inputs are copied from home into the layout of a primitive.
    case far
    /// Gradients are computed in the layout of a primitive and brought home.
    case near
  }
  private let copy: Copy

  /// A way from one layout to another.
  init(
    from near: MemoryDescriptor, to far: MemoryDescriptor, copy: Copy, engine: Engine
  ) throws(OneDNNError) {
    self.copy = copy
    source = try Memory(near, engine: engine)
    if near == far {
      destination = source
      descriptor = nil
      copyCount = 0
    } else {
      destination = try Memory(far, engine: engine)
      descriptor = try Reorder.descriptor(from: near, to: far, engine: engine)
      copyCount = (copy == .far ? far : near).storedCount
    }
  }

  /// Takes the places of both sides; where the layouts agree only the home side counts.
  func bind(
    from near: UnsafeMutablePointer<Float>, to far: UnsafeMutablePointer<Float>
  ) throws(OneDNNError) {
    guard let descriptor else {
      source.move(to: copy == .far ? near : far)
      return
    }
    source.move(to: near)
    destination.move(to: far)
    execution = try Execution(descriptor, [(.source, source), (.destination, destination)])
  }

  /// Points the near side elsewhere.
  func moveSource(to address: UnsafeMutablePointer<Float>) { source.move(to: address) }

  /// Points the far side elsewhere.
  func moveDestination(to address: UnsafeMutablePointer<Float>) { destination.move(to: address) }

  /// Copies, where the layouts differ.
  func run(_ stream: Stream) { execution?.run(stream) }
}
