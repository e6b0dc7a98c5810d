import Tensors

/// What recurrent layers have in common.
public struct RecurrentSettings: Sendable {
  /// The number of outputs H.
  public var units: Int
  /// Whether the output holds every step, else the last one alone.
  public var returnsSequences = false
  /// Whether there are biases.
  public var usesBias = true
  /// Whether the recurrent product has a bias of its own, as in PyTorch.
  public var usesRecurrentBias = false
  /// How the weights of the input are drawn.
  public var initializer: any Initializer = GlorotUniform()
  /// How the recurrent weights are drawn.
  public var recurrentInitializer: any Initializer = Orthogonal()
  /// How biases are drawn.
  public var biasInitializer: any Initializer = Zeros()
  /// The layer's own L1 penalty on both weights.
  public var l1: Float?
  /// The layer's own L2 penalty on both weights.
  public var l2: Float?

  /// k of truncated back-propagation through time: gradients stop after every k steps, while the state
  /// goes on; nil lets them go through the whole sequence. Williams and Peng, "An Efficient
  /// Gradient-Based Algorithm for On-Line Training of Recurrent Network Trajectories", 1990.
  public var truncation: Int?

  /// The probability p of dropping an input in training, 0 ≤ p < 1: a sequence has one mask for all of its
  /// steps. Keras's `dropout`; Gal and Ghahramani, "A Theoretically Grounded Application of Dropout in
  /// Recurrent Neural Networks", NIPS 2016.
  public var dropout: Float = 0
  /// The probability of dropping h_{t−1} from the recurrent product in training: a sequence has one mask
  /// for all of its steps and gates; what the state itself becomes and shows stays whole. Gal and
  /// Ghahramani as before; Keras's `recurrent_dropout` draws a mask for each gate of LSTM and GRU.
  public var recurrentDropout: Float = 0

  /// Settings for `units` outputs.
  public init(units: Int) { self.units = units }

  /// The parameters of a layer of `gates` gates whose steps have `features` numbers.
  ///
  /// `weight_ih_l0` [G·H, F], `weight_hh_l0` [G·H, H], `bias_ih_l0` [G·H], `bias_hh_l0` [G·H] are
  /// PyTorch's names and shapes; `suffix` follows them.
  func parameters(
    features: Int, gates: Int, suffix: String = "", inputBias: any Initializer
  ) -> [ParameterSpec] {
    let height = gates * units
    // Keras keeps the transposes, [F, G·H] and [H, G·H], from which it takes the fans.
    var specs = [
      ParameterSpec(
        name: "weight_ih_l0" + suffix, role: .weight, shape: [height, features],
        fans: Fans(in: features, out: height), initializer: initializer, l1: l1, l2: l2),
      ParameterSpec(
        name: "weight_hh_l0" + suffix, role: .weight, shape: [height, units],
        fans: Fans(in: units, out: height), initializer: recurrentInitializer, l1: l1, l2: l2),
    ]
    let fans = Fans(in: features, out: height)
    if usesBias {
      specs.append(
        ParameterSpec(
          name: "bias_ih_l0" + suffix, role: .bias, shape: [height], fans: fans,
          initializer: inputBias))
    }
    if usesBias, usesRecurrentBias {
      specs.append(
        ParameterSpec(
          name: "bias_hh_l0" + suffix, role: .bias, shape: [height], fans: fans,
          initializer: biasInitializer))
    }
    return specs
  }
}
