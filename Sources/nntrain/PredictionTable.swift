import Datasets
import Tensors

/// The columns of predictions: `predicted`, then one probability per class; or the values alone.
struct PredictionTable {
  /// The names of the columns.
  let columns: [String]
  private let classes: [String]?
  /// Above which the single output means the second class.
  private let threshold: Float

  /// The table for targets of this kind and form, and a network of so many outputs.
  init(_ target: TargetDescription, form: TargetForm, outputs: Int) {
    threshold = form == .signs ? 0 : 0.5
    switch target {
    case .classes(let names), .classSequences(let names, _):
      classes = names
      // A single output is the probability of the second class.
      columns = ["predicted"] + (outputs == 1 ? names.suffix(1) : names[...])
    case .values:
      classes = nil
      columns = outputs == 1 ? ["predicted"] : (0..<outputs).map { "predicted_\($0)" }
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
