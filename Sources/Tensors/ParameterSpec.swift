/// What one parameter of a layer is, before it has a place in the arena.
public struct ParameterSpec: Sendable {
  /// What part a parameter plays.
  public enum Role: String, Sendable {
    /// Multiplies inputs; regularized by default.
    case weight
    /// Added to sums; not regularized by default.
    case bias
    /// Multiplies what a normalization leaves; not regularized by default.
    case scale
    /// Measured rather than learnt, such as a running mean; never touched by the optimizer.
    case statistic
  }

  /// The name within the layer: `weight`, `bias`, `running_mean`.
  public var name: String
  /// The part it plays.
  public var role: Role
  /// The plain shape, PyTorch's convention: dense `[out, in]`, convolution `[out, in/g, kh, kw]`.
  public var shape: Shape
  /// The fans from which initializers take their scale.
  public var fans: Fans
  /// How its first values are drawn.
  public var initializer: any Initializer
  /// The layer's own λ of the L1 penalty λ·Σ|w|, in place of the network's; nil where it has none.
  public var l1: Float?
  /// The layer's own λ of the L2 penalty λ·Σw², in place of the network's; nil where it has none.
  public var l2: Float?
  /// What the learning rate is multiplied by; nil for 1.
  public var rateMultiplier: Float?
  /// Where the parameter must lie after every update; nil where it may lie anywhere.
  public var constraint: (any Constraint)?

  /// A parameter of the given properties.
  public init(
    name: String, role: Role, shape: Shape, fans: Fans, initializer: any Initializer,
    l1: Float? = nil, l2: Float? = nil, constraint: (any Constraint)? = nil
  ) {
    self.name = name
    self.role = role
    self.shape = shape
    self.fans = fans
    self.initializer = initializer
    self.l1 = l1
    self.l2 = l2
    self.constraint = constraint
  }
}
