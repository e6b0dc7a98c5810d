internal import CMPI

/// A number that messages may consist of.
///
/// MPI 3.1, section 3.2.2 (basic datatypes). Left out: derived datatypes, complex numbers, logicals,
/// packed data.
public protocol MPIDatatype: BitwiseCopyable, Sendable, AdditiveArithmetic {
  /// The library's name for this type.
  static var messageElement: MessageElement { get }
}

/// The basic datatypes that this wrapper passes on.
public enum MessageElement: Sendable {
  /// `MPI_FLOAT`
  case float
  /// `MPI_DOUBLE`
  case double
  /// `MPI_INT32_T`
  case int32
  /// `MPI_INT64_T`
  case int64
  /// `MPI_UINT64_T`
  case uint64
  /// `MPI_UINT8_T`
  case uint8

  var raw: MPI_Datatype {
    switch self {
    case .float: nn_mpi_float()
    case .double: nn_mpi_double()
    case .int32: nn_mpi_int32()
    case .int64: nn_mpi_int64()
    case .uint64: nn_mpi_uint64()
    case .uint8: nn_mpi_uint8()
    }
  }
}

extension Float: MPIDatatype {
  /// `MPI_FLOAT`
  public static var messageElement: MessageElement { .float }
}

extension Double: MPIDatatype {
  /// `MPI_DOUBLE`
  public static var messageElement: MessageElement { .double }
}

extension Int32: MPIDatatype {
  /// `MPI_INT32_T`
  public static var messageElement: MessageElement { .int32 }
}

extension Int64: MPIDatatype {
  /// `MPI_INT64_T`
  public static var messageElement: MessageElement { .int64 }
}

extension UInt64: MPIDatatype {
  /// `MPI_UINT64_T`
  public static var messageElement: MessageElement { .uint64 }
}

extension UInt8: MPIDatatype {
  /// `MPI_UINT8_T`
  public static var messageElement: MessageElement { .uint8 }
}

extension Int: MPIDatatype {
  /// `MPI_INT64_T`: Swift's `Int` has 64 bits wherever nntrain runs.
  public static var messageElement: MessageElement { .int64 }
}
