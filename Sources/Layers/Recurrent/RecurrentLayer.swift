import OneDNN
import Tensors

/// A layer that goes through a sequence `[steps, features]` step by step and carries a state, which is 0
/// before the first step.
public protocol RecurrentLayer: Layer {
  /// What it has in common with others.
  var settings: RecurrentSettings { get set }

  /// What it computes in a step.
  var cell: RecurrentCell { get }

  /// The parameters for steps of so many features, `suffix` behind their names.
  func parameters(features: Int, suffix: String) -> [ParameterSpec]
}

/// What a recurrent layer computes in a step.
public enum RecurrentCell: Hashable, Sendable {
  /// See ``LSTM``.
  case lstm
  /// See ``GRU``.
  case gru
  /// See ``SimpleRNN``.
  case simple(SimpleRNN.Function)

  /// How many rows of weights there are for a unit.
  var gates: Int {
    switch self {
    case .lstm: 4
    case .gru: 3
    case .simple: 1
    }
  }
}

extension RecurrentLayer {
  /// `[steps, units]` where the output holds every step, else `[units]`.
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    let units = settings.units
    guard units > 0 else { throw LayerError("units is \(units); it must be at least 1") }
    for rate in [settings.dropout, settings.recurrentDropout] where !(rate >= 0 && rate < 1) {
      throw LayerError("a dropout probability is \(rate); it must be at least 0 and below 1")
    }
    guard inputs[0].rank == 2, inputs[0].count > 0 else {
      throw LayerError(
        "\(kind) needs a sequence [steps, features] but gets \(inputs[0]); put `reshape` before it, or"
          + " `return_sequences: true` into the recurrent layer before it")
    }
    return settings.returnsSequences ? [inputs[0][0], units] : [units]
  }

  /// Those of its one direction.
  public func parameters(for inputs: [Shape]) -> [ParameterSpec] {
    parameters(features: inputs[0][1], suffix: "")
  }

  /// Steps × gates × units × (features + units).
  public func multiplyAdds(for inputs: [Shape]) -> Int {
    inputs[0][0] * cell.gates * settings.units * (inputs[0][1] + settings.units)
  }

  /// Compiles the products of the layer, whose weights lie in plain order.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    try PreparedRecurrent([self], merge: .concatenate, site: site)
  }
}
