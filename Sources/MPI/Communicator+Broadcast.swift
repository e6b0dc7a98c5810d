internal import CMPI

// MPI 3.1, sections 5.4 and 5.12.2.
extension Communicator {
  /// Gives the `root`'s values to all ranks, whose spans have the same length.
  public func broadcast<Element: MPIDatatype>(
    _ values: inout MutableSpan<Element>, root: Int
  ) throws(MPIError) {
    try values.withUnsafeMutableBufferPointer { (buffer) throws(MPIError) in
      try startBroadcast(buffer, root: root, owner: ()).wait()
    }
  }

  /// Starts `broadcast`; `owner` keeps `values` alive.
  public func startBroadcast<Element: MPIDatatype, Owner>(
    _ values: UnsafeMutableBufferPointer<Element>, root: Int, owner: Owner
  ) throws(MPIError) -> Request<Owner> {
    let (raw, element) = (raw, Element.messageElement.raw)
    let root = try checked(rank: root, as: "root", "MPI_Ibcast")
    return try Request("MPI_Ibcast", self, owner: owner, count: values.count) {
      first, count, handle in
      MPI_Ibcast(values.baseAddress.map { $0 + first }, count, element, root, raw, handle)
    }
  }

  /// The `root`'s value on all ranks.
  public func broadcast<Element: MPIDatatype>(
    _ value: Element, root: Int
  ) throws(MPIError) -> Element {
    var values = [value]
    var span = values.mutableSpan
    try broadcast(&span, root: root)
    return values[0]
  }

  /// The `root`'s values on all ranks, of any length; what the others pass is not used.
  public func broadcast<Element: MPIDatatype>(
    _ values: [Element], root: Int
  ) throws(MPIError) -> [Element] {
    let count = try broadcast(values.count, root: root)
    var result = rank == root ? values : [Element](repeating: .zero, count: count)
    var span = result.mutableSpan
    try broadcast(&span, root: root)
    return result
  }

  /// The `root`'s text on all ranks; what the others pass is not used.
  public func broadcast(_ text: String, root: Int) throws(MPIError) -> String {
    String(decoding: try broadcast(Array(text.utf8), root: root), as: UTF8.self)
  }
}
