internal import CMPI

extension Communicator {
  /// Whether a message with `tag` has come from any rank that nobody has received yet.
  ///
  /// MPI 3.1, section 3.8.1.
  public func hasMessage(tag: Int) throws(MPIError) -> Bool {
    var flag: CInt = 0
    var status = MPI_Status()
    try check(
      MPI_Iprobe(CInt(MPI_ANY_SOURCE), try number(tag, "tag", "MPI_Iprobe"), raw, &flag, &status),
      "MPI_Iprobe", name)
    return flag != 0
  }
}
