import COneDNN

/// A copy from one layout of the same tensor into another.
public enum Reorder {
  /// The primitive that copies `source` into `destination`.
  public static func descriptor(
    from source: MemoryDescriptor, to destination: MemoryDescriptor, engine: Engine
  ) throws(OneDNNError) -> PrimitiveDescriptor {
    try PrimitiveDescriptor("reorder", engine: engine, layouts: [source, destination]) {
      nn_dnnl_reorder($0, engine.raw, source.raw, destination.raw, $1)
    }
  }
}
