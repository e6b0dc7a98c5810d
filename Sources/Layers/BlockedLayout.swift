import OneDNN
import Tensors

/// The order in which a oneDNN primitive wants a parameter.
public struct BlockedLayout: ParameterLayout {
  /// oneDNN's description of the order.
  public let descriptor: MemoryDescriptor
  private let engine: Engine
  private let stream: Stream
  private let plain: Memory
  private let stored: Memory
  private let packing: Execution
  private let unpacking: Execution

  /// The order `descriptor`, in and out of which parameters are copied on `stream`.
  public init(
    _ descriptor: MemoryDescriptor, engine: Engine, stream: Stream
  ) throws(OneDNNError) {
    self.descriptor = descriptor
    self.engine = engine
    self.stream = stream
    let home = try descriptor.plain()
    plain = try Memory(home, engine: engine)
    stored = try Memory(descriptor, engine: engine)
    // Copies of parameters are rare: they may bring their own scratchpad.
    packing = try Execution(
      try Reorder.descriptor(from: home, to: descriptor, engine: engine),
      [(.source, plain), (.destination, stored)])
    unpacking = try Execution(
      try Reorder.descriptor(from: descriptor, to: home, engine: engine),
      [(.source, stored), (.destination, plain)])
  }

  /// The floats in the arena, padding included.
  public var storedCount: Int { descriptor.storedCount }

  /// Copies from the plain order into this one; padding becomes zero.
  public func store(_ plain: Span<Float>, into stored: inout MutableSpan<Float>) {
    precondition(stored.count == storedCount)
    plain.withUnsafeBufferPointer { from in
      stored.withUnsafeMutableBufferPointer { to in
        guard let from = from.baseAddress, let to = to.baseAddress else { return }
        self.plain.move(to: UnsafeMutablePointer(mutating: from))
        self.stored.move(to: to)
        packing.run(stream)
      }
    }
  }

  /// Copies from this order into the plain one.
  public func load(_ stored: Span<Float>, into plain: inout MutableSpan<Float>) {
    precondition(stored.count == storedCount)
    stored.withUnsafeBufferPointer { from in
      plain.withUnsafeMutableBufferPointer { to in
        guard let from = from.baseAddress, let to = to.baseAddress else { return }
        self.stored.move(to: UnsafeMutablePointer(mutating: from))
        self.plain.move(to: to)
        unpacking.run(stream)
      }
    }
  }
}
