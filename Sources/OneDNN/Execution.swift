import COneDNN

/// A primitive with its arguments: made once, run at every step.
public final class Execution {
  private let primitive: dnnl_primitive_t
  private let arguments: UnsafeMutablePointer<dnnl_exec_arg_t>
  private let count: Int32
  private let memories: [Memory]

  /// Compiles the primitive and binds `arguments` to it.
  public init(
    _ descriptor: PrimitiveDescriptor, _ bound: [(Argument, Memory)]
  ) throws(OneDNNError) {
    var made: dnnl_primitive_t?
    try check(dnnl_primitive_create(&made, descriptor.raw), "dnnl_primitive_create")
    guard let made else { throw OneDNNError(operation: "dnnl_primitive_create", status: 1) }
    primitive = made
    let bound = bound.filter { !descriptor.refused.contains($0.0) }
    memories = bound.map(\.1)
    count = Int32(bound.count)
    arguments = .allocate(capacity: max(bound.count, 1))
    for (index, (argument, memory)) in bound.enumerated() {
      (arguments + index).initialize(
        to: dnnl_exec_arg_t(arg: argument.rawValue, memory: memory.raw))
    }
  }

  /// Runs the primitive to its end.
  ///
  /// - Precondition: oneDNN accepts the arguments, which was settled when they were bound.
  @inline(__always)
  public func run(_ stream: Stream) {
    let status = dnnl_primitive_execute(primitive, stream.raw, count, arguments)
    precondition(status == dnnl_success, "oneDNN: executing a primitive failed")
  }

  deinit {
    dnnl_primitive_destroy(primitive)
    arguments.deallocate()
  }
}
