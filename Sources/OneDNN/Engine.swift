import COneDNN

/// The processor as oneDNN sees it; everything else is made for an engine.
public final class Engine {
  let raw: dnnl_engine_t
  private let ownProducts: Bool?
  private let bfloat16: Bool?

  /// Whether products of our own beat oneDNN's: on one thread, and on registers of 8 floats, where
  /// oneDNN's products of single precision copy their weights in every call.
  public var prefersOwnProducts: Bool {
    ownProducts ?? (Library.threads == 1 && !Library.instructionSet.hasPrefix("avx512"))
  }

  /// Whether the processor multiplies bfloat16 numbers.
  public var hasBFloat16: Bool { bfloat16 ?? Library.hasBFloat16 }

  /// The engine of the host's processor; `ownProducts` overrides ``prefersOwnProducts``, `bfloat16`
  /// overrides ``hasBFloat16``.
  public init(ownProducts: Bool? = nil, bfloat16: Bool? = nil) throws(OneDNNError) {
    self.ownProducts = ownProducts
    self.bfloat16 = bfloat16
    var engine: dnnl_engine_t?
    try check(dnnl_engine_create(&engine, dnnl_cpu, 0), "dnnl_engine_create")
    guard let engine else { throw OneDNNError(operation: "dnnl_engine_create", status: 1) }
    raw = engine
  }

  deinit { dnnl_engine_destroy(raw) }
}
