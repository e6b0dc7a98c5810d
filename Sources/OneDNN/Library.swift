import COneDNN

/// What the loaded oneDNN is and how it is to run; set before the first primitive is made.
public enum Library {
  /// The version, such as `2.6.3`.
  public static var version: String {
    let version = dnnl_version().pointee
    return "\(version.major).\(version.minor).\(version.patch)"
  }

  /// Throws where nntrain can't use the oneDNN that the loader found: the versions that this program
  /// can be built with are 2.6, 2.7, and 3.1 and newer.
  public static func checkVersion() throws(OneDNNError) {
    let found = dnnl_version().pointee
    guard supports(major: Int(found.major), minor: Int(found.minor)) else {
      throw OneDNNError(unsupportedVersion: version)
    }
  }

  /// Whether nntrain works with the oneDNN of this version.
  static func supports(major: Int, minor: Int) -> Bool {
    switch major {
    case 2: minor == 6 || minor == 7
    case 3: minor >= 1
    default: false
    }
  }

  /// The instruction set that primitives are compiled for, such as `avx2` or `avx512_core`.
  ///
  /// `DNNL_MAX_CPU_ISA` in the environment lowers it.
  public static var instructionSet: String {
    let set = dnnl_get_effective_cpu_isa()
    if let name = nn_dnnl_isa_name(set) { return String(cString: name) }
    if set.rawValue == 0 { return "all" }
    // Sets newer than these headers: nearly all of them have what avx512_core has.
    let core = dnnl_cpu_isa_avx512_core.rawValue
    let prefix = set.rawValue & core == core ? "avx512_core_" : ""
    return "\(prefix)isa_\(set.rawValue)"
  }

  /// Whether the instruction set multiplies bfloat16 numbers (AVX512_BF16 or AMX).
  public static var hasBFloat16: Bool { hasBFloat16(instructionSet) }

  /// Whether the instruction set `name` does.
  public static func hasBFloat16(_ name: String) -> Bool {
    ["avx512_core_bf16", "avx512_core_amx"].contains { name.hasPrefix($0) }
  }

  /// Keeps primitives to the instruction set `name` where the processor has more; before the first
  /// primitive is made and ``instructionSet`` is asked.
  ///
  /// A name that is not known, or comes too late, changes nothing: ``instructionSet`` tells.
  public static func limitInstructionSet(to name: String) {
    let limit = nn_dnnl_isa_named(name)
    if limit.rawValue != 0 { dnnl_set_max_cpu_isa(limit) }
  }

  /// Lets every primitive of this process use `count` threads.
  public static func setThreads(_ count: Int) { omp_set_num_threads(Int32(count)) }

  /// The threads that a primitive may use.
  public static var threads: Int { Int(omp_get_max_threads()) }
}
