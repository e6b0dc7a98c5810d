import COneDNN

/// The processor as oneDNN sees it; everything else is made for an engine.
public final class Engine {
  let raw: dnnl_engine_t

  /// The engine of the host's processor.
  public init() throws(OneDNNError) {
    var engine: dnnl_engine_t?
    try check(dnnl_engine_create(&engine, dnnl_cpu, 0), "dnnl_engine_create")
    guard let engine else { throw OneDNNError(operation: "dnnl_engine_create", status: 1) }
    raw = engine
  }

  deinit { dnnl_engine_destroy(raw) }
}
