import COneDNN

/// What the loaded oneDNN is and how it is to run; set before the first primitive is made.
public enum Library {
  /// The version, such as `2.6.3`.
  public static var version: String {
    let version = dnnl_version().pointee
    return "\(version.major).\(version.minor).\(version.patch)"
  }

  /// The instruction set that primitives are compiled for, such as `avx2` or `avx512_core`.
  ///
  /// `DNNL_MAX_CPU_ISA` in the environment lowers it.
  public static var instructionSet: String {
    switch dnnl_get_effective_cpu_isa() {
    case dnnl_cpu_isa_all: "all"
    case dnnl_cpu_isa_sse41: "sse41"
    case dnnl_cpu_isa_avx: "avx"
    case dnnl_cpu_isa_avx2: "avx2"
    case dnnl_cpu_isa_avx2_vnni: "avx2_vnni"
    case dnnl_cpu_isa_avx512_core: "avx512_core"
    case dnnl_cpu_isa_avx512_core_vnni: "avx512_core_vnni"
    case dnnl_cpu_isa_avx512_core_bf16: "avx512_core_bf16"
    case dnnl_cpu_isa_avx512_core_amx: "avx512_core_amx"
    case let other: "isa_\(other.rawValue)"
    }
  }

  /// Keeps primitives to the instruction set `name` where the processor has more; before the first
  /// primitive is made and ``instructionSet`` is asked.
  ///
  /// A name that is not known, or comes too late, changes nothing: ``instructionSet`` tells.
  public static func limitInstructionSet(to name: String) {
    let limit: dnnl_cpu_isa_t? =
      switch name {
      case "sse41": dnnl_cpu_isa_sse41
      case "avx": dnnl_cpu_isa_avx
      case "avx2": dnnl_cpu_isa_avx2
      case "avx2_vnni": dnnl_cpu_isa_avx2_vnni
      case "avx512_core": dnnl_cpu_isa_avx512_core
      case "avx512_core_vnni": dnnl_cpu_isa_avx512_core_vnni
      case "avx512_core_bf16": dnnl_cpu_isa_avx512_core_bf16
      case "avx512_core_amx": dnnl_cpu_isa_avx512_core_amx
      default: nil
      }
    if let limit { dnnl_set_max_cpu_isa(limit) }
  }

  /// Lets every primitive of this process use `count` threads.
  public static func setThreads(_ count: Int) { omp_set_num_threads(Int32(count)) }

  /// The threads that a primitive may use.
  public static var threads: Int { Int(omp_get_max_threads()) }
}
