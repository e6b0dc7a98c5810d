internal import CMPI

// MPI 3.1, sections 5.8 and 5.12.6. Left out: blocks of different types (MPI_Alltoallw).
extension Communicator {
  /// Gives block q of `values` to rank q; block q of `result` is what rank q gave to this rank.
  public func allToAll<Element: MPIDatatype>(
    _ values: Span<Element>, into result: inout MutableSpan<Element>
  ) throws(MPIError) {
    try result.withUnsafeMutableBufferPointer { (result) throws(MPIError) in
      try values.withUnsafeBufferPointer { (values) throws(MPIError) in
        try startAllToAll(values, into: result, owner: ()).wait()
      }
    }
  }

  /// Starts `allToAll`; `owner` keeps both buffers alive.
  public func startAllToAll<Element: MPIDatatype, Owner>(
    _ values: UnsafeBufferPointer<Element>, into result: UnsafeMutableBufferPointer<Element>,
    owner: Owner
  ) throws(MPIError) -> Request<Owner> {
    let (raw, element) = (raw, Element.messageElement.raw)
    let block = values.count / size
    try checkBlocks(values.count, of: block, "MPI_Ialltoall")
    try checkBlocks(result.count, of: block, "MPI_Ialltoall")
    let count = try checked(count: block, "MPI_Ialltoall")
    return try Request("MPI_Ialltoall", self, owner: owner, count: 0) { _, _, handle in
      MPI_Ialltoall(
        values.baseAddress, count, element, result.baseAddress, count, element, raw, handle)
    }
  }

  /// As `allToAll` with blocks of `counts[q]` elements to, and `resultCounts[q]` from, rank q.
  public func allToAllVariable<Element: MPIDatatype>(
    _ values: Span<Element>, counts: [Int], into result: inout MutableSpan<Element>,
    resultCounts: [Int]
  ) throws(MPIError) {
    try result.withUnsafeMutableBufferPointer { (result) throws(MPIError) in
      try values.withUnsafeBufferPointer { (values) throws(MPIError) in
        try startAllToAllVariable(
          values, counts: counts, into: result, resultCounts: resultCounts, owner: ()
        ).wait()
      }
    }
  }

  /// Starts `allToAllVariable`; `owner` keeps both buffers alive.
  public func startAllToAllVariable<Element: MPIDatatype, Owner>(
    _ values: UnsafeBufferPointer<Element>, counts: [Int],
    into result: UnsafeMutableBufferPointer<Element>, resultCounts: [Int], owner: Owner
  ) throws(MPIError) -> Request<Owner> {
    let operation = "MPI_Ialltoallv"
    let (raw, element) = (raw, Element.messageElement.raw)
    let outgoing = try CountTable(counts, self, operation)
    let incoming = try CountTable(resultCounts, self, operation)
    try checkVariable(whole: values.count, outgoing.total, operation)
    try checkVariable(whole: result.count, incoming.total, operation)
    return try Request(operation, self, owner: owner, count: 0, tables: [outgoing, incoming]) {
      _, _, handle in
      MPI_Ialltoallv(
        values.baseAddress, outgoing.counts, outgoing.displacements, element, result.baseAddress,
        incoming.counts, incoming.displacements, element, raw, handle)
    }
  }

  /// Gives `parts[q]`, of any length, to rank q; element q of the result is what rank q gave.
  public func allToAll<Element: MPIDatatype>(
    _ parts: [[Element]]
  ) throws(MPIError) -> [[Element]] {
    guard parts.count == size else {
      throw badArgument("MPI_Ialltoallv", "\(parts.count) parts were given for \(size) ranks")
    }
    let counts = parts.map(\.count)
    var resultCounts = [Int](repeating: 0, count: size)
    var countSpan = resultCounts.mutableSpan
    try allToAll(counts.span, into: &countSpan)
    var flat = [Element](repeating: .zero, count: resultCounts.reduce(0, +))
    var span = flat.mutableSpan
    try allToAllVariable(
      Array(parts.joined()).span, counts: counts, into: &span, resultCounts: resultCounts)
    return blocks(of: flat, resultCounts)
  }
}
