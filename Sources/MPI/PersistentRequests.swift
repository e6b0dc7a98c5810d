internal import CMPI

/// Messages of the same shape that are sent again and again: prepared once, then started together
/// without any allocation.
///
/// Between `startAll` and the completion of all, receivers' buffers belong to the library and
/// senders' must not change. Two messages of one set between the same ranks need different tags,
/// since the library may start them in any order.
///
/// MPI 3.1, sections 3.9 (persistent requests) and 3.7.5 (testing several).
public final class PersistentRequests {
  /// The communicator that carries the messages.
  public let communicator: Communicator

  /// The number of messages.
  public private(set) var count = 0

  /// The number of messages that are under way.
  public private(set) var pending = 0

  private var capacity = 0
  private var handles: UnsafeMutablePointer<RequestHandle>
  private var completed: UnsafeMutablePointer<CInt>
  private var statuses: UnsafeMutablePointer<MPI_Status>
  /// Per message: the elements that must come, -1 for one that is sent; and their type.
  private var expected: [(count: CInt, element: MessageElement)] = []
  private var owners: [AnyObject] = []

  /// No messages yet.
  public init(_ communicator: Communicator) {
    self.communicator = communicator
    handles = .allocate(capacity: 0)
    completed = .allocate(capacity: 0)
    statuses = .allocate(capacity: 0)
  }

  /// Adds a message of `values` to rank `destination`; `owner` keeps them alive.
  public func addSend<Element: MPIDatatype>(
    _ values: UnsafeBufferPointer<Element>, to destination: Int, tag: Int, owner: AnyObject
  ) throws(MPIError) {
    let operation = "MPI_Send_init"
    let length = try communicator.checked(count: values.count, operation)
    let peer = try communicator.checked(rank: destination, as: "destination", operation)
    let tag = try communicator.number(tag, "tag", operation)
    var handle: RequestHandle = nn_mpi_request_null()
    try check(
      MPI_Send_init(
        values.baseAddress, length, Element.messageElement.raw, peer, tag, communicator.raw, &handle
      ),
      operation, communicator.name)
    append(handle, -1, Element.messageElement, owner)
  }

  /// Adds a message of exactly `values.count` elements from rank `source`; `owner` keeps `values`
  /// alive.
  public func addReceive<Element: MPIDatatype>(
    into values: UnsafeMutableBufferPointer<Element>, from source: Int, tag: Int, owner: AnyObject
  ) throws(MPIError) {
    let operation = "MPI_Recv_init"
    let length = try communicator.checked(count: values.count, operation)
    let peer = try communicator.checked(rank: source, as: "source", operation)
    let tag = try communicator.number(tag, "tag", operation)
    var handle: RequestHandle = nn_mpi_request_null()
    try check(
      MPI_Recv_init(
        values.baseAddress, length, Element.messageElement.raw, peer, tag, communicator.raw, &handle
      ),
      operation, communicator.name)
    append(handle, length, Element.messageElement, owner)
  }

  /// Starts all messages.
  ///
  /// - Precondition: none is under way.
  public func startAll() throws(MPIError) {
    precondition(pending == 0, "\(pending) messages of the last start are under way")
    guard count > 0 else { return }
    try check(MPI_Startall(CInt(count), handles), "MPI_Startall", communicator.name)
    pending = count
  }

  /// The number of messages that have completed since the last call; also lets the library work.
  ///
  /// Their numbers, in the order of adding, are `completedMessage(0)` and so on.
  public func testSome() throws(MPIError) -> Int {
    guard pending > 0 else { return 0 }
    var number: CInt = 0
    let code = MPI_Testsome(CInt(count), handles, &number, completed, statuses)
    guard code == MPI_SUCCESS else { throw failure(code, Int(number)) }
    guard number > 0 else { return 0 }
    pending -= Int(number)
    for i in 0..<Int(number) {
      let message = Int(completed[i])
      let (wanted, element) = expected[message]
      guard wanted >= 0 else { continue }
      var came: CInt = 0
      MPI_Get_count(statuses + i, element.raw, &came)
      if came != wanted {
        throw MPIError(
          operation: "MPI_Testsome", communicator: communicator.name, kind: .shortMessage,
          text: "\(came) elements came, \(wanted) were expected")
      }
    }
    return Int(number)
  }

  /// Which message the last `testSome` found complete, `i`-th.
  public func completedMessage(_ i: Int) -> Int { Int(completed[i]) }

  /// Waits until no message is under way, at most for the communicator's `timeout`.
  public func waitAll() throws(MPIError) {
    var patience = Patience(communicator)
    while pending > 0 {
      if try testSome() > 0 { continue }
      guard patience.goesOn() else { throw patience.timeout("MPI_Testsome") }
    }
  }

  private func append(
    _ handle: RequestHandle, _ length: CInt, _ element: MessageElement, _ owner: AnyObject
  ) {
    precondition(pending == 0, "a message is added while \(pending) are under way")
    if count == capacity { grow() }
    (handles + count).initialize(to: handle)
    expected.append((length, element))
    owners.append(owner)
    count += 1
  }

  private func grow() {
    let larger = max(8, 2 * capacity)
    let newHandles = UnsafeMutablePointer<RequestHandle>.allocate(capacity: larger)
    newHandles.moveInitialize(from: handles, count: count)
    handles.deallocate()
    completed.deallocate()
    statuses.deallocate()
    handles = newHandles
    completed = .allocate(capacity: larger)
    completed.initialize(repeating: 0, count: larger)
    statuses = .allocate(capacity: larger)
    statuses.initialize(repeating: MPI_Status(), count: larger)
    capacity = larger
  }

  /// The library's word on a failed test: of the message concerned, where it names one.
  private func failure(_ code: CInt, _ number: Int) -> MPIError {
    var cause = code
    if code == MPI_ERR_IN_STATUS {
      for i in 0..<max(0, min(number, count)) where statuses[i].MPI_ERROR != MPI_SUCCESS {
        cause = statuses[i].MPI_ERROR
        break
      }
    }
    return MPIError(code: cause, operation: "MPI_Testsome", communicator: communicator.name)
  }

  deinit {
    // Buffers that the library may still write to are kept for good, and so is the communicator.
    if pending > 0 { _ = Unmanaged.passRetained((owners + [communicator]) as AnyObject) }
    if Universe.isOpen {
      for i in 0..<count { MPI_Request_free(handles + i) }
    }
    handles.deallocate()
    completed.deallocate()
    statuses.deallocate()
  }
}
