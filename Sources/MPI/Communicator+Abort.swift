internal import CMPI

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension Communicator {
  /// Ends all ranks at once, with `message` on standard error, prefixed by this rank, and `code` as
  /// the exit code.
  ///
  /// For the case that the ranks cannot agree to leave together any more: a rank is lost or stuck.
  ///
  /// MPI 3.1, section 8.7.
  public func abort(code: Int32, message: String? = nil) -> Never {
    if let message {
      let line = Array("nntrain: rank \(rank): \(message)\n".utf8)
      var written = 0
      while written < line.count {
        let count = line[written...].withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
        if count <= 0 { break }
        written += count
      }
    }
    MPI_Abort(raw, code)
    _exit(code)
  }
}
