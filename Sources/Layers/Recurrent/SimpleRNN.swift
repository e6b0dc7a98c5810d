import Tensors

/// The simple recurrent network of Elman: the output goes back into the input.
///
///     h_t = f(W x_t + U h_{t−1} + b)
///     ∂z = ∂h ⊙ f′(z),  ∂h_{t−1} = ∂z U,  ∂W = Σ_t ∂zᵀ x_t,  ∂U = Σ_t ∂zᵀ h_{t−1},  ∂b = Σ_t ∂z
///
/// W is `weight_ih_l0` [H, F], U `weight_hh_l0` [H, H]. Elman, "Finding Structure in Time", 1990.
/// Keras's `SimpleRNN`; PyTorch's `RNN` adds a second bias (`usesRecurrentBias`).
public struct SimpleRNN: RecurrentLayer {
  /// The function f.
  public enum Function: String, Sendable, CaseIterable {
    /// tanh z, f′ = 1 − h².
    case tanh
    /// max(z, 0), f′ = 1 where h > 0.
    case relu
  }

  /// What it has in common with other recurrent layers.
  public var settings: RecurrentSettings
  /// The function f.
  public var activation = Function.tanh

  /// A simple recurrent layer of the given settings.
  public init(_ settings: RecurrentSettings) { self.settings = settings }

  /// `simple_rnn`
  public var kind: String { "simple_rnn" }

  /// The function alone.
  public var cell: RecurrentCell { .simple(activation) }

  /// Two weights and their bias.
  public func parameters(features: Int, suffix: String) -> [ParameterSpec] {
    settings.parameters(
      features: features, gates: cell.gates, suffix: suffix, inputBias: settings.biasInitializer)
  }
}
