internal import CMPI

/// An operation under way, which must be completed by `wait`, or by `test` until it says true.
///
/// It holds the `owner` of its buffers: a reference that keeps them alive (a tuple of references
/// where there are several), handed back by `wait`. A request that is dropped while the library may
/// still write to its buffers keeps them alive for good, so that forgetting it never corrupts memory.
///
/// MPI 3.1, section 3.7.3. Left out: cancelling, waiting for one of several.
public struct Request<Owner>: ~Copyable {
  /// The library's name of the operation.
  public let operation: String

  private enum State { case pending, complete, broken }

  private let communicator: Communicator
  private let owner: Owner
  private let tables: [CountTable]
  private let expected: Expected?
  private var handles: [RequestHandle]
  private var done = 0
  private var received = 0
  private var state = State.pending

  /// What a receiver wants: the elements must come in full.
  struct Expected {
    var count: Int
    var element: MessageElement
  }

  /// Starts one call of the library per piece of at most `countLimit` of the `count` elements.
  ///
  /// `start` is given the first element of the piece, the piece's length and the handle to fill.
  init(
    _ operation: String, _ communicator: Communicator, owner: Owner, count: Int,
    expected: Expected? = nil, tables: [CountTable] = [],
    start: (Int, CInt, UnsafeMutablePointer<RequestHandle>) -> CInt
  ) throws(MPIError) {
    self.operation = operation
    self.communicator = communicator
    self.owner = owner
    self.tables = tables
    self.expected = expected
    handles = []
    var first = 0
    repeat {
      let piece = min(count - first, communicator.countLimit)
      var handle: RequestHandle = nn_mpi_request_null()
      let code = start(first, CInt(piece), &handle)
      if code != MPI_SUCCESS {
        state = handles.isEmpty ? .complete : .broken
        throw MPIError(code: code, operation: operation, communicator: communicator.name)
      }
      handles.append(handle)
      first += piece
    } while first < count
  }

  /// Whether the operation is complete; also lets the library work on it.
  public mutating func test() throws(MPIError) -> Bool {
    while done < handles.count {
      var flag: CInt = 0
      var status = MPI_Status()
      let code = MPI_Test(&handles[done], &flag, &status)
      if code != MPI_SUCCESS {
        state = .broken
        throw MPIError(code: code, operation: operation, communicator: communicator.name)
      }
      guard flag != 0 else { return false }
      if let expected {
        var count: CInt = 0
        MPI_Get_count(&status, expected.element.raw, &count)
        received += Int(count)
      }
      done += 1
    }
    state = .complete
    if let expected, received != expected.count {
      throw MPIError(
        operation: operation, communicator: communicator.name, kind: .shortMessage,
        text: "\(received) elements came, \(expected.count) were expected")
    }
    return true
  }

  /// Waits until the operation is complete, at most for the communicator's `timeout`, and hands the
  /// buffers' owner back.
  @discardableResult
  public consuming func wait() throws(MPIError) -> Owner {
    var patience = Patience(communicator)
    while try !test() {
      guard patience.goesOn() else {
        state = .broken
        throw patience.timeout(operation)
      }
    }
    return owner
  }

  deinit {
    guard state != .complete else { return }
    assert(state == .broken, "\(operation) was started and never completed: call wait()")
    // The communicator as well: freed under an operation, it takes Open MPI down.
    _ = Unmanaged.passRetained(Keeper(value: (owner, tables, communicator)))
  }
}

/// Holds what must outlive its scope.
private final class Keeper<Value> {
  let value: Value
  init(value: Value) { self.value = value }
}
