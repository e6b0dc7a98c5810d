import Layers
import OneDNN

/// What a run prints about its precision.
struct PrecisionLine {
  /// The line; nil for single precision.
  let text: String?

  /// The line about `precision` on this processor.
  init(_ precision: Precision) {
    switch precision {
    case .float32: text = nil
    case .bfloat16 where Library.hasBFloat16:
      text = "precision bfloat16: products by the processor (\(Library.instructionSet))"
    case .bfloat16:
      text =
        "precision bfloat16: this processor (\(Library.instructionSet)) has no bfloat16 arithmetic;"
        + " operands are rounded and multiplied in float32, slower than precision: float32"
    }
  }
}
