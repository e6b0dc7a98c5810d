import COneDNN

/// The queue in which primitives run, one after the other.
public final class Stream {
  let raw: dnnl_stream_t
  private let engine: Engine

  /// A stream of `engine`.
  public init(engine: Engine) throws(OneDNNError) {
    var stream: dnnl_stream_t?
    let flags = dnnl_stream_default_flags.rawValue
    try check(dnnl_stream_create(&stream, engine.raw, UInt32(flags)), "dnnl_stream_create")
    guard let stream else { throw OneDNNError(operation: "dnnl_stream_create", status: 1) }
    raw = stream
    self.engine = engine
  }

  deinit { dnnl_stream_destroy(raw) }
}
