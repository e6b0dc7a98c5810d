import Tensors

/// The gated recurrent unit: a state of which a gate decides how much is replaced.
///
///     r = σ(W_r x_t + b_r + U_r h_{t−1} + d_r)       u = σ(W_u x_t + b_u + U_u h_{t−1} + d_u)
///     n = tanh(W_n x_t + b_n + r ⊙ q),  q = U_n h_{t−1} + d_n
///     h_t = (1 − u) ⊙ n + u ⊙ h_{t−1}
///
///     ∂z_n = ∂h (1 − u)(1 − n²),  ∂q = ∂z_n r,  ∂z_r = ∂z_n q r (1 − r)
///     ∂z_u = ∂h (h_{t−1} − n) u (1 − u)              ∂h_{t−1} = ∂h u + [∂z_r ∂z_u ∂q] U
///
/// The reset gate acts behind the product (Keras's `reset_after`), as in PyTorch and cuDNN; Cho et al.,
/// "Learning Phrase Representations using RNN Encoder-Decoder", 2014, multiply r ⊙ h before it. W is
/// `weight_ih_l0` [3H, F], U `weight_hh_l0` [3H, H], b `bias_ih_l0`, d `bias_hh_l0`; the gates come in
/// the order r, u, n, which is PyTorch's; Keras has u, r, n.
public struct GRU: RecurrentLayer {
  /// What it has in common with other recurrent layers.
  public var settings: RecurrentSettings

  /// A GRU of the given settings.
  public init(_ settings: RecurrentSettings) {
    self.settings = settings
    self.settings.usesRecurrentBias = true
  }

  /// `gru`
  public var kind: String { "gru" }

  /// The GRU's cell.
  public var cell: RecurrentCell { .gru }

  /// Weights of three gates, with biases of both products.
  public func parameters(features: Int, suffix: String) -> [ParameterSpec] {
    settings.parameters(
      features: features, gates: cell.gates, suffix: suffix, inputBias: settings.biasInitializer)
  }
}
