internal import CMPI

// MPI 3.1, sections 3.2 and 3.7. Left out: receiving from any source or with any tag, the
// synchronous, buffered and ready modes.
extension Communicator {
  /// Sends `values` to rank `destination`; returns when they may be changed again.
  public func send<Element: MPIDatatype>(
    _ values: Span<Element>, to destination: Int, tag: Int = 0
  ) throws(MPIError) {
    try values.withUnsafeBufferPointer { (buffer) throws(MPIError) in
      try startSend(buffer, to: destination, tag: tag, owner: ()).wait()
    }
  }

  /// Starts `send`; `owner` keeps `values` alive.
  public func startSend<Element: MPIDatatype, Owner>(
    _ values: UnsafeBufferPointer<Element>, to destination: Int, tag: Int = 0, owner: Owner
  ) throws(MPIError) -> Request<Owner> {
    let (raw, element) = (raw, Element.messageElement.raw)
    let destination = try checked(rank: destination, as: "destination", "MPI_Isend")
    let tag = try number(tag, "tag", "MPI_Isend")
    return try Request("MPI_Isend", self, owner: owner, count: values.count) {
      first, count, handle in
      MPI_Isend(
        values.baseAddress.map { $0 + first }, count, element, destination, tag, raw, handle)
    }
  }

  /// Receives exactly `values.count` elements from rank `source`.
  ///
  /// Throws where the message is shorter or longer.
  public func receive<Element: MPIDatatype>(
    into values: inout MutableSpan<Element>, from source: Int, tag: Int = 0
  ) throws(MPIError) {
    try values.withUnsafeMutableBufferPointer { (buffer) throws(MPIError) in
      try startReceive(into: buffer, from: source, tag: tag, owner: ()).wait()
    }
  }

  /// Starts `receive`; `owner` keeps `values` alive.
  public func startReceive<Element: MPIDatatype, Owner>(
    into values: UnsafeMutableBufferPointer<Element>, from source: Int, tag: Int = 0, owner: Owner
  ) throws(MPIError) -> Request<Owner> {
    let (raw, element) = (raw, Element.messageElement)
    let source = try checked(rank: source, as: "source", "MPI_Irecv")
    let tag = try number(tag, "tag", "MPI_Irecv")
    if tag < 0 { throw badArgument("MPI_Irecv", "tag \(tag) is negative; tags begin at 0") }
    return try Request(
      "MPI_Irecv", self, owner: owner, count: values.count,
      expected: .init(count: values.count, element: element)
    ) { first, count, handle in
      MPI_Irecv(
        values.baseAddress.map { $0 + first }, count, element.raw, source, tag, raw, handle)
    }
  }
}
