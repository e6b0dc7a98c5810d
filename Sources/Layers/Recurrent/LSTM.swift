import Tensors

/// Long short-term memory: a cell state c that gates write, keep and read.
///
///     [i f g o] = W x_t + U h_{t−1} + b         i, f, o ← σ,  g ← tanh
///     c_t = f ⊙ c_{t−1} + i ⊙ g                  h_t = o ⊙ tanh c_t
///
///     ∂c_t += ∂h_t ⊙ o (1 − tanh² c_t)           ∂c_{t−1} = ∂c_t ⊙ f
///     ∂z_i = ∂c g i (1 − i),  ∂z_f = ∂c c_{t−1} f (1 − f),  ∂z_g = ∂c i (1 − g²)
///     ∂z_o = ∂h tanh(c) o (1 − o)                ∂h_{t−1} = ∂z U
///     ∂W = Σ_t ∂zᵀ x_t,  ∂U = Σ_t ∂zᵀ h_{t−1},  ∂b = Σ_t ∂z,  ∂x_t = ∂z W
///
/// W is `weight_ih_l0` [4H, F], U `weight_hh_l0` [4H, H]; the gates come in this order, which is
/// PyTorch's and Keras's. Hochreiter and Schmidhuber, "Long Short-Term Memory", 1997; with the forget
/// gate of Gers, Schmidhuber and Cummins, "Learning to Forget", 2000. PyTorch adds a second bias
/// (`usesRecurrentBias`) and has no ones for the forget gate.
public struct LSTM: RecurrentLayer {
  /// What it has in common with other recurrent layers.
  public var settings: RecurrentSettings
  /// Whether the forget gate's bias begins at 1: Jozefowicz, Zaremba and Sutskever, 2015.
  public var startsRemembering = true

  /// An LSTM of the given settings.
  public init(_ settings: RecurrentSettings) { self.settings = settings }

  /// `lstm`
  public var kind: String { "lstm" }

  /// The LSTM's cell.
  public var cell: RecurrentCell { .lstm }

  /// Weights and biases of four gates.
  public func parameters(features: Int, suffix: String) -> [ParameterSpec] {
    let plain = settings.biasInitializer
    return settings.parameters(
      features: features, gates: cell.gates, suffix: suffix,
      inputBias: startsRemembering ? ForgetGateOnes(others: plain) : plain)
  }
}
