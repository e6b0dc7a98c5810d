internal import CMPI

extension Communicator {
  /// Returns when all ranks have come here.
  ///
  /// MPI 3.1, sections 5.3 and 5.12.1.
  public func barrier() throws(MPIError) {
    try startBarrier().wait()
  }

  /// Starts `barrier`.
  public func startBarrier() throws(MPIError) -> Request<Void> {
    let raw = raw
    return try Request("MPI_Ibarrier", self, owner: (), count: 0) { _, _, handle in
      MPI_Ibarrier(raw, handle)
    }
  }
}
