internal import CMPI

// Sums of floating-point numbers come in an order of the library's choice, which changes with the
// number of ranks: see `ReductionOperation`.
extension Communicator {
  /// Combines the ranks' values element by element, in place, on all ranks.
  ///
  /// MPI 3.1, sections 5.9.6 and 5.12.8.
  public func allReduce<Element: MPIDatatype>(
    _ values: inout MutableSpan<Element>, _ operation: ReductionOperation
  ) throws(MPIError) {
    try values.withUnsafeMutableBufferPointer { (buffer) throws(MPIError) in
      try startAllReduce(buffer, operation, owner: ()).wait()
    }
  }

  /// Starts `allReduce`; `owner` keeps `values` alive.
  public func startAllReduce<Element: MPIDatatype, Owner>(
    _ values: UnsafeMutableBufferPointer<Element>, _ operation: ReductionOperation, owner: Owner
  ) throws(MPIError) -> Request<Owner> {
    let (raw, element, operation) = (raw, Element.messageElement.raw, operation.raw)
    return try Request("MPI_Iallreduce", self, owner: owner, count: values.count) {
      first, count, handle in
      MPI_Iallreduce(
        nn_mpi_in_place(), values.baseAddress.map { $0 + first }, count, element, operation, raw,
        handle)
    }
  }

  /// The ranks' values combined, on all ranks.
  public func allReduce<Element: MPIDatatype>(
    _ value: Element, _ operation: ReductionOperation
  ) throws(MPIError) -> Element {
    var values = [value]
    var span = values.mutableSpan
    try allReduce(&span, operation)
    return values[0]
  }

  /// Combines the ranks' values element by element, in place, on `root`; the others' stay.
  ///
  /// MPI 3.1, sections 5.9.1 and 5.12.7.
  public func reduce<Element: MPIDatatype>(
    _ values: inout MutableSpan<Element>, _ operation: ReductionOperation, root: Int
  ) throws(MPIError) {
    try values.withUnsafeMutableBufferPointer { (buffer) throws(MPIError) in
      try startReduce(buffer, operation, root: root, owner: ()).wait()
    }
  }

  /// Starts `reduce`; `owner` keeps `values` alive.
  public func startReduce<Element: MPIDatatype, Owner>(
    _ values: UnsafeMutableBufferPointer<Element>, _ operation: ReductionOperation, root: Int,
    owner: Owner
  ) throws(MPIError) -> Request<Owner> {
    let (raw, element, operation) = (raw, Element.messageElement.raw, operation.raw)
    let isRoot = rank == root
    let root = try checked(rank: root, as: "root", "MPI_Ireduce")
    return try Request("MPI_Ireduce", self, owner: owner, count: values.count) {
      first, count, handle in
      let start = values.baseAddress.map { UnsafeMutableRawPointer($0 + first) }
      return MPI_Ireduce(
        isRoot ? nn_mpi_in_place() : start, isRoot ? start : nil, count, element, operation, root,
        raw, handle)
    }
  }
}
