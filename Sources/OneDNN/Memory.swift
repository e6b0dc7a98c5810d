import COneDNN

/// A view of somebody else's memory under a descriptor; the owner keeps it alive.
public final class Memory {
  let raw: dnnl_memory_t
  /// The layout of the memory.
  public let descriptor: MemoryDescriptor
  private var address: UnsafeMutablePointer<Float>?

  /// A view of the memory at `address`, which may also be given later.
  public init(
    _ descriptor: MemoryDescriptor, engine: Engine, at address: UnsafeMutablePointer<Float>? = nil
  ) throws(OneDNNError) {
    var memory: dnnl_memory_t?
    let status = withExtendedLifetime(descriptor) {
      nn_dnnl_memory_create(
        &memory, descriptor.raw, engine.raw,
        address.map { UnsafeMutableRawPointer($0) } ?? nn_dnnl_memory_none())
    }
    try check(status, "dnnl_memory_create")
    guard let memory else { throw OneDNNError(operation: "dnnl_memory_create", status: 1) }
    raw = memory
    self.descriptor = descriptor
    self.address = address
  }

  /// Points the view elsewhere; costs nothing where it already points there.
  public func move(to newAddress: UnsafeMutablePointer<Float>) {
    guard newAddress != address else { return }
    address = newAddress
    dnnl_memory_set_data_handle(raw, newAddress)
  }

  deinit { dnnl_memory_destroy(raw) }
}
