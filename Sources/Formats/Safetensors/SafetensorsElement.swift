/// The type of a tensor's elements in a safetensors file, by the format's own name.
///
/// Left out: the 8-, 6- and 4-bit floating-point types and complex numbers of later versions.
public enum SafetensorsElement: String, Sendable, CaseIterable {
  /// Double precision.
  case float64 = "F64"
  /// Single precision: parameters, gradients and slots.
  case float32 = "F32"
  /// Half precision of IEEE 754.
  case float16 = "F16"
  /// The upper half of single precision.
  case bfloat16 = "BF16"
  /// Signed, 64 bits.
  case int64 = "I64"
  /// Signed, 32 bits.
  case int32 = "I32"
  /// Signed, 16 bits.
  case int16 = "I16"
  /// Signed, 8 bits.
  case int8 = "I8"
  /// Unsigned, 64 bits.
  case uint64 = "U64"
  /// Unsigned, 32 bits.
  case uint32 = "U32"
  /// Unsigned, 16 bits.
  case uint16 = "U16"
  /// Unsigned, 8 bits.
  case uint8 = "U8"
  /// 0 or 1 in a byte.
  case bool = "BOOL"

  /// The bytes of one element.
  public var byteCount: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .int8, .uint8, .bool: 1
    }
  }
}

/// A Swift type whose values are stored in a safetensors file as they stand.
public protocol SafetensorsScalar: BitwiseCopyable {
  /// The element type of the file.
  static var element: SafetensorsElement { get }
}

extension Float: SafetensorsScalar {
  /// F32.
  public static var element: SafetensorsElement { .float32 }
}

extension Double: SafetensorsScalar {
  /// F64.
  public static var element: SafetensorsElement { .float64 }
}

extension Int64: SafetensorsScalar {
  /// I64.
  public static var element: SafetensorsElement { .int64 }
}

extension Int32: SafetensorsScalar {
  /// I32.
  public static var element: SafetensorsElement { .int32 }
}

extension UInt64: SafetensorsScalar {
  /// U64.
  public static var element: SafetensorsElement { .uint64 }
}

extension UInt8: SafetensorsScalar {
  /// U8.
  public static var element: SafetensorsElement { .uint8 }
}
