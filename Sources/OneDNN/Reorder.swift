import COneDNN

/// A copy from one layout of the same tensor into another.
public enum Reorder {
  /// The primitive that copies `source` into `destination`.
  public static func descriptor(
    from source: MemoryDescriptor, to destination: MemoryDescriptor, engine: Engine
  ) throws(OneDNNError) -> PrimitiveDescriptor {
    var attributes: dnnl_primitive_attr_t?
    try check(dnnl_primitive_attr_create(&attributes), "dnnl_primitive_attr_create")
    defer { dnnl_primitive_attr_destroy(attributes) }
    try check(
      dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user),
      "dnnl_primitive_attr_set_scratchpad_mode")
    var made: dnnl_primitive_desc_t?
    var (from, to) = (source.raw, destination.raw)
    try check(
      dnnl_reorder_primitive_desc_create(
        &made, &from, engine.raw, &to, engine.raw, attributes),
      "reorder")
    guard let made else { throw OneDNNError(operation: "reorder", status: 1) }
    return PrimitiveDescriptor(owning: made, engine: engine)
  }
}
