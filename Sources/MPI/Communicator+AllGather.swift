internal import CMPI

// MPI 3.1, sections 5.7 and 5.12.5.
extension Communicator {
  /// Brings every rank's `values`, equally many, to all ranks, in the order of ranks.
  public func allGather<Element: MPIDatatype>(
    _ values: Span<Element>, into result: inout MutableSpan<Element>
  ) throws(MPIError) {
    try result.withUnsafeMutableBufferPointer { (result) throws(MPIError) in
      try values.withUnsafeBufferPointer { (values) throws(MPIError) in
        try startAllGather(values, into: result, owner: ()).wait()
      }
    }
  }

  /// Starts `allGather`; `owner` keeps both buffers alive.
  public func startAllGather<Element: MPIDatatype, Owner>(
    _ values: UnsafeBufferPointer<Element>, into result: UnsafeMutableBufferPointer<Element>,
    owner: Owner
  ) throws(MPIError) -> Request<Owner> {
    let (raw, element) = (raw, Element.messageElement.raw)
    let count = try checked(count: values.count, "MPI_Iallgather")
    try checkBlocks(result.count, of: values.count, "MPI_Iallgather")
    return try Request("MPI_Iallgather", self, owner: owner, count: 0) { _, _, handle in
      MPI_Iallgather(
        values.baseAddress, count, element, result.baseAddress, count, element, raw, handle)
    }
  }

  /// Brings every rank's `values`, `counts[rank]` of them, to all ranks, in the order of ranks.
  public func allGatherVariable<Element: MPIDatatype>(
    _ values: Span<Element>, into result: inout MutableSpan<Element>, counts: [Int]
  ) throws(MPIError) {
    try result.withUnsafeMutableBufferPointer { (result) throws(MPIError) in
      try values.withUnsafeBufferPointer { (values) throws(MPIError) in
        try startAllGatherVariable(values, into: result, counts: counts, owner: ()).wait()
      }
    }
  }

  /// Starts `allGatherVariable`; `owner` keeps both buffers alive.
  public func startAllGatherVariable<Element: MPIDatatype, Owner>(
    _ values: UnsafeBufferPointer<Element>, into result: UnsafeMutableBufferPointer<Element>,
    counts: [Int], owner: Owner
  ) throws(MPIError) -> Request<Owner> {
    let operation = "MPI_Iallgatherv"
    let (raw, element) = (raw, Element.messageElement.raw)
    let table = try CountTable(counts, self, operation)
    try checkVariable(mine: values.count, counts, operation)
    try checkVariable(whole: result.count, table.total, operation)
    return try Request(operation, self, owner: owner, count: 0, tables: [table]) {
      _, _, handle in
      MPI_Iallgatherv(
        values.baseAddress, CInt(values.count), element, result.baseAddress, table.counts,
        table.displacements, element, raw, handle)
    }
  }

  /// Every rank's value, in the order of ranks.
  public func allGather<Element: MPIDatatype>(_ value: Element) throws(MPIError) -> [Element] {
    var result = [Element](repeating: .zero, count: size)
    var span = result.mutableSpan
    try allGather([value].span, into: &span)
    return result
  }

  /// Every rank's values, of any lengths, in the order of ranks.
  public func allGather<Element: MPIDatatype>(
    _ values: [Element]
  ) throws(MPIError) -> [[Element]] {
    let counts = try allGather(values.count)
    var flat = [Element](repeating: .zero, count: counts.reduce(0, +))
    var span = flat.mutableSpan
    try allGatherVariable(values.span, into: &span, counts: counts)
    return blocks(of: flat, counts)
  }

  /// Every rank's text, in the order of ranks.
  public func allGather(_ text: String) throws(MPIError) -> [String] {
    try allGather(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
  }
}
