internal import CMPI

// MPI 3.1, sections 5.5 and 5.12.3. Left out: scatter.
extension Communicator {
  /// Brings every rank's `values`, equally many, to `root`, in the order of ranks.
  ///
  /// `result` holds `size` blocks on `root` and is not used elsewhere.
  public func gather<Element: MPIDatatype>(
    _ values: Span<Element>, into result: inout MutableSpan<Element>, root: Int
  ) throws(MPIError) {
    try result.withUnsafeMutableBufferPointer { (result) throws(MPIError) in
      try values.withUnsafeBufferPointer { (values) throws(MPIError) in
        try startGather(values, into: result, root: root, owner: ()).wait()
      }
    }
  }

  /// Starts `gather`; `owner` keeps both buffers alive.
  public func startGather<Element: MPIDatatype, Owner>(
    _ values: UnsafeBufferPointer<Element>, into result: UnsafeMutableBufferPointer<Element>,
    root: Int, owner: Owner
  ) throws(MPIError) -> Request<Owner> {
    let (raw, element) = (raw, Element.messageElement.raw)
    let count = try checked(count: values.count, "MPI_Igather")
    if rank == root { try checkBlocks(result.count, of: values.count, "MPI_Igather") }
    let root = try checked(rank: root, as: "root", "MPI_Igather")
    return try Request("MPI_Igather", self, owner: owner, count: 0) { _, _, handle in
      MPI_Igather(
        values.baseAddress, count, element, result.baseAddress, count, element, root, raw, handle)
    }
  }

  /// Brings every rank's `values`, `counts[rank]` of them, to `root`, in the order of ranks.
  ///
  /// `result` holds the sum of `counts` on `root` and is not used elsewhere.
  public func gatherVariable<Element: MPIDatatype>(
    _ values: Span<Element>, into result: inout MutableSpan<Element>, counts: [Int], root: Int
  ) throws(MPIError) {
    try result.withUnsafeMutableBufferPointer { (result) throws(MPIError) in
      try values.withUnsafeBufferPointer { (values) throws(MPIError) in
        try startGatherVariable(values, into: result, counts: counts, root: root, owner: ()).wait()
      }
    }
  }

  /// Starts `gatherVariable`; `owner` keeps both buffers alive.
  public func startGatherVariable<Element: MPIDatatype, Owner>(
    _ values: UnsafeBufferPointer<Element>, into result: UnsafeMutableBufferPointer<Element>,
    counts: [Int], root: Int, owner: Owner
  ) throws(MPIError) -> Request<Owner> {
    let operation = "MPI_Igatherv"
    let (raw, element) = (raw, Element.messageElement.raw)
    let table = try CountTable(counts, self, operation)
    try checkVariable(mine: values.count, counts, operation)
    if rank == root { try checkVariable(whole: result.count, table.total, operation) }
    let root = try checked(rank: root, as: "root", operation)
    return try Request(operation, self, owner: owner, count: 0, tables: [table]) {
      _, _, handle in
      MPI_Igatherv(
        values.baseAddress, CInt(values.count), element, result.baseAddress, table.counts,
        table.displacements, element, root, raw, handle)
    }
  }

  /// Every rank's values, of any lengths, on `root`; nil elsewhere.
  public func gather<Element: MPIDatatype>(
    _ values: [Element], root: Int
  ) throws(MPIError) -> [[Element]]? {
    let counts = try allGather(values.count)
    let total = rank == root ? counts.reduce(0, +) : 0
    var flat = [Element](repeating: .zero, count: total)
    var span = flat.mutableSpan
    try gatherVariable(values.span, into: &span, counts: counts, root: root)
    return rank == root ? blocks(of: flat, counts) : nil
  }

  /// Every rank's text on `root`; nil elsewhere.
  public func gather(_ text: String, root: Int) throws(MPIError) -> [String]? {
    try gather(Array(text.utf8), root: root)?.map { String(decoding: $0, as: UTF8.self) }
  }

  /// What this rank contributes must be what the counts say.
  func checkVariable(mine: Int, _ counts: [Int], _ operation: String) throws(MPIError) {
    guard mine == counts[rank] else {
      throw badArgument(
        operation, "rank \(rank) passes \(mine) elements, its count is \(counts[rank])")
    }
  }

  /// A buffer for all blocks must have their length.
  func checkVariable(whole: Int, _ total: Int, _ operation: String) throws(MPIError) {
    guard whole == total else {
      throw badArgument(operation, "a buffer of \(whole) elements for blocks of \(total) in all")
    }
  }

  /// `flat` cut into consecutive blocks.
  func blocks<Element>(of flat: [Element], _ counts: [Int]) -> [[Element]] {
    var start = 0
    return counts.map { count in
      defer { start += count }
      return Array(flat[start..<start + count])
    }
  }
}
