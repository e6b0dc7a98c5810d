import Tensors

/// A fully connected layer: every output is a weighted sum of all inputs. Of a sequence
/// `[steps, features]` every step is such an input of its own, as in Keras and PyTorch.
///
///     y = f(x Wᵀ + b)        x [in], W [out, in], b [out]
///     ∂W = ∂zᵀ x,  ∂b = Σ ∂z,  ∂x = ∂z W,  with ∂z = ∂y ⊙ f′(z)
public struct Dense: Layer, ActivityPenalized {
  /// The number of outputs.
  public var units: Int
  /// The function f.
  public var activation: Activation
  /// Whether b is there.
  public var usesBias: Bool
  /// How W is drawn.
  public var initializer: any Initializer
  /// How b is drawn.
  public var biasInitializer: any Initializer
  /// The layer's own L1 penalty on W.
  public var l1: Float?
  /// The layer's own L2 penalty on W.
  public var l2: Float?
  /// Where W must lie after every update.
  public var constraint: (any Constraint)?
  /// Where b must lie after every update.
  public var biasConstraint: (any Constraint)?
  /// The penalty on the layer's outputs.
  public var activityRegularizer: ActivityPenalty?

  /// A dense layer of the given settings.
  public init(
    units: Int, activation: Activation = .linear, usesBias: Bool = true,
    initializer: any Initializer, biasInitializer: any Initializer, l1: Float? = nil,
    l2: Float? = nil
  ) {
    self.units = units
    self.activation = activation
    self.usesBias = usesBias
    self.initializer = initializer
    self.biasInitializer = biasInitializer
    self.l1 = l1
    self.l2 = l2
  }

  /// `dense`
  public var kind: String { "dense" }

  /// `[units]`, or `[steps, units]` of a sequence.
  public func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape {
    guard units > 0 else { throw LayerError("units is \(units); it must be at least 1") }
    let input = inputs[0]
    if input.rank == 2, input.count > 0 { return [input[0], units] }
    guard input.rank == 1 else {
      throw LayerError(
        "dense needs a flat input or a sequence but gets \(input); put `flatten` before it")
    }
    return [units]
  }

  /// `weight` [out, in] and `bias` [out].
  public func parameters(for inputs: [Shape]) -> [ParameterSpec] {
    let width = inputs[0][inputs[0].rank - 1]
    let fans = Fans(in: width, out: units)
    let weight = ParameterSpec(
      name: "weight", role: .weight, shape: [units, width], fans: fans, initializer: initializer,
      l1: l1, l2: l2, constraint: constraint)
    let bias = ParameterSpec(
      name: "bias", role: .bias, shape: [units], fans: fans, initializer: biasInitializer,
      constraint: biasConstraint)
    return usesBias ? [weight, bias] : [weight]
  }

  /// in × out
  public func multiplyAdds(for inputs: [Shape]) -> Int { inputs[0].count * units }
}
