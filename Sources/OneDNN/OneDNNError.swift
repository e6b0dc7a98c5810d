import COneDNN

/// A call of oneDNN that failed.
public struct OneDNNError: Error, Hashable, CustomStringConvertible {
  /// The name of the call.
  public let operation: String
  /// oneDNN's status code.
  public let status: UInt32
  /// The version of the loaded oneDNN, where that is what is wrong.
  public private(set) var unsupportedVersion: String?

  /// The failure of `operation` with oneDNN's `status`.
  init(operation: String, status: UInt32) {
    self.operation = operation
    self.status = status
  }

  /// An operation that was given what it cannot take.
  public init(invalid operation: String) {
    self.init(operation: operation, status: dnnl_invalid_arguments.rawValue)
  }

  /// A loaded oneDNN that nntrain can't use.
  init(unsupportedVersion version: String) {
    self.init(operation: "dnnl_version", status: dnnl_unimplemented.rawValue)
    unsupportedVersion = version
  }

  /// Whether oneDNN has no implementation of what was asked, as opposed to a failure.
  public var isUnimplemented: Bool { status == dnnl_unimplemented.rawValue }

  /// The call and the status in words.
  public var description: String {
    if let unsupportedVersion {
      return
        "oneDNN \(unsupportedVersion) is loaded, but nntrain needs 2.6, 2.7, or 3.1 or newer; put"
        + " the folder with the libdnnl.so that nntrain was built with first in LD_LIBRARY_PATH"
    }
    let words =
      switch dnnl_status_t(rawValue: status) {
      case dnnl_out_of_memory: "out of memory"
      case dnnl_invalid_arguments: "invalid arguments"
      case dnnl_unimplemented: "not implemented for these shapes"
      case dnnl_runtime_error: "run-time error"
      default: "status \(status)"
      }
    return "oneDNN: \(operation) failed: \(words)"
  }
}

/// Turns a status that is not success into an error that names the call.
func check(_ status: dnnl_status_t, _ operation: String) throws(OneDNNError) {
  guard status == dnnl_success else {
    throw OneDNNError(operation: operation, status: status.rawValue)
  }
}
