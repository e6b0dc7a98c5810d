internal import CMPI

/// Why a call of the message-passing library did not succeed: which operation, on which
/// communicator, and the library's text or a remedy.
public struct MPIError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of failure it is.
  public enum Kind: Hashable, Sendable {
    /// The library returned an error code of this error class (MPI 3.1, section 8.4).
    case library(code: Int, errorClass: Int)
    /// The library cannot serve the wanted level of threads.
    case threadLevel
    /// `Universe` was created twice in one process.
    case alreadyInitialized
    /// A rank, colour or count does not fit the communicator or the library's 32-bit numbers.
    case badArgument
    /// A message was shorter than its receiver expected.
    case shortMessage
    /// The peers did not answer within the communicator's `timeout`: a rank is lost or stuck.
    case timeout
  }

  /// The library's name of the call, such as `MPI_Ibcast`.
  public var operation: String
  /// The communicator's name, such as `world`.
  public var communicator: String
  /// The kind of failure.
  public var kind: Kind
  /// The library's text, or what was found against what was expected.
  public var text: String

  /// A failure of `operation` on `communicator`.
  public init(operation: String, communicator: String, kind: Kind, text: String) {
    self.operation = operation
    self.communicator = communicator
    self.kind = kind
    self.text = text
  }

  /// One sentence for a person.
  public var description: String {
    "\(operation) on communicator \"\(communicator)\" failed: \(text)"
  }

  /// The failure that a return code stands for.
  init(code: CInt, operation: String, communicator: String) {
    var characters = [CChar](repeating: 0, count: Int(MPI_MAX_ERROR_STRING) + 1)
    var length: CInt = 0
    var errorClass: CInt = code
    MPI_Error_class(code, &errorClass)
    let text =
      MPI_Error_string(code, &characters, &length) == MPI_SUCCESS
      ? String(decoding: characters.prefix(Int(length)).map(UInt8.init(bitPattern:)), as: UTF8.self)
      : "error code \(code)"
    self.init(
      operation: operation, communicator: communicator,
      kind: .library(code: Int(code), errorClass: Int(errorClass)), text: text)
  }
}

/// Turns a return code other than success into an `MPIError`.
@inline(__always)
func check(_ code: CInt, _ operation: String, _ communicator: String) throws(MPIError) {
  if code != MPI_SUCCESS {
    throw MPIError(code: code, operation: operation, communicator: communicator)
  }
}
