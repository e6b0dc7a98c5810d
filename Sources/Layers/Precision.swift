import OneDNN

/// In which numbers products and convolutions are computed.
public enum Precision: String, Sendable, CaseIterable {
  /// Single precision.
  case float32
  /// Operands are rounded to bfloat16, products are summed in single precision. Parameters, gradients,
  /// activations between layers and everything else are in single precision.
  case bfloat16

  /// How operands are held on the processor of `engine`.
  public func operands(on engine: Engine) -> OperandForm {
    switch self {
    case .float32: .float32
    case .bfloat16: engine.hasBFloat16 ? .bfloat16 : .rounded
    }
  }
}

/// How the operands of a layer's products are held.
public enum OperandForm: Sendable {
  /// In single precision, as they are.
  case float32
  /// In bfloat16.
  case bfloat16
  /// Rounded to bfloat16 and held in single precision: for processors without bfloat16 products.
  case rounded

  /// The type in which they are stored.
  public var type: ElementType { self == .bfloat16 ? .bfloat16 : .float32 }
}
