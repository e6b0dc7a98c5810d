import COneDNN

/// How a number of a tensor is stored.
public enum ElementType: Sendable {
  /// IEEE single precision, 4 bytes.
  case float32
  /// The upper half of single precision, 2 bytes: its range with 8 bits of precision.
  case bfloat16

  var raw: dnnl_data_type_t {
    switch self {
    case .float32: dnnl_f32
    case .bfloat16: dnnl_bf16
    }
  }
}
