import Datasets
import Tensors

/// The columns of predictions: `predicted`, then one probability per class; or the values alone.
struct PredictionTable {
  /// The names of the columns.
  let columns: [String]
  private let classes: [String]?
  /// Above which the single output means the second class.
  private let threshold: Float

  /// The table for targets of the kind that `schema` describes and of this form, and a network of so
  /// many outputs.
  init(_ schema: DataSchema, form: TargetForm, outputs: Int) {
    let target = schema.target
    threshold = form == .signs ? 0 : 0.5
    switch target {
    case .classes(let names), .classSequences(let names, _):
      classes = names
      // A single output is the probability of the second class.
      columns = ["predicted"] + (outputs == 1 ? names.suffix(1) : names[...])
    case .values:
      classes = nil
      // A table's targets have names where it has a header line.
      let names = schema.table?.targets.map(\.name) ?? []
      columns =
        outputs == 1
        ? ["predicted"]
        : (0..<outputs).map { index in
          "predicted_" + (names.count == outputs ? names[index] ?? "\(index)" : "\(index)")
        }
    }
  }

  /// What stands before the numbers: the class's name, or nothing.
  func leading(_ outputs: Span<Float>) -> [String] {
    guard let classes else { return [] }
    if outputs.count == 1 { return [classes[outputs[0] > threshold ? 1 : 0]] }
    var best = 0
    for i in 1..<outputs.count where outputs[i] > outputs[best] { best = i }
    return [classes[best]]
  }
}
