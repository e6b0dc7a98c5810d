#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The cores that this process may use.
enum Affinity {
  /// What is wrong with them for a rank of `threads` threads.
  static func notes(threads: Int) -> [String] {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let cores = cores(inStatus: status), cores < threads
    else { return [] }
    return [
      "this rank is bound to \(cores) of the \(threads) cores that its threads want; start it with"
        + " mpirun --map-by slot:PE=\(threads)"
    ]
  }

  /// The cores in the affinity mask, a row of hexadecimal digits.
  static func cores(inStatus text: String) -> Int? {
    for line in text.split(separator: "\n") where line.hasPrefix("Cpus_allowed:") {
      return line.dropFirst("Cpus_allowed:".count).reduce(0) {
        $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0)
      }
    }
    return nil
  }
}
