internal import CMPI

/// Which message-passing library this process is linked with.
///
/// Both may be asked before `Universe` exists.
public enum MPILibrary {
  /// The library's own words, such as `Open MPI v4.1.4, package: ...`, in one line.
  ///
  /// MPI 3.1, section 8.1.1.
  public static var version: String {
    var characters = [CChar](repeating: 0, count: Int(MPI_MAX_LIBRARY_VERSION_STRING) + 1)
    var length: CInt = 0
    guard MPI_Get_library_version(&characters, &length) == MPI_SUCCESS else { return "unknown" }
    let bytes = characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
    let line = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    // MPICH separates its table by tabulators: `MPICH Version:	4.0.2`.
    return line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// The library whose headers this process was compiled with, such as `Open MPI 4.1.4`.
  public static var builtWith: String { String(cString: nn_mpi_built_with()) }

  /// The version of the standard that the library follows, such as `3.1`.
  public static var standard: String {
    var (major, minor): (CInt, CInt) = (0, 0)
    guard MPI_Get_version(&major, &minor) == MPI_SUCCESS else { return "unknown" }
    return "\(major).\(minor)"
  }
}
