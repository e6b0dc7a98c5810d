import Layers
import Tensors

/// A residual block y = g(f(x) + s(x)).
///
/// The original, post-activation block ends f with a linear layer and has a ReLU for g; the
/// pre-activation block begins f with normalization and ReLU and has none. He et al., "Deep Residual
/// Learning for Image Recognition", 2015; "Identity Mappings in Deep Residual Networks", 2016.
public struct ResidualSpec: Sendable {
  /// s where f changes the shape; elsewhere it is the identity, unless there is none.
  public enum Shortcut: String, Sendable, CaseIterable {
    /// A dense layer or 1×1 convolution without bias: option B.
    case projection
    /// A projection with batch normalization behind it, as torchvision's networks have it.
    case normalizedProjection = "normalized_projection"
    /// Every s-th position, and zeros for the channels that x lacks: option A.
    case padded
    /// None, also where shapes agree: y = g(f(x)), to see what the shortcut is good for.
    case none
  }

  /// f.
  public var layers: [LayerSpec]
  /// The way around f.
  public var shortcut = Shortcut.projection
  /// How a projection is drawn.
  public var projection: any Initializer
  /// The normalization of a normalized projection.
  public var normalization = BatchNormalization(momentum: 0.9, epsilon: 1e-5)
  /// g.
  public var activation = Activation.linear
  /// The probability with which f is left out for a sample in training.
  public var depthRate: Float = 0

  /// A block of `layers` with an identity, or a projection, around them.
  public init(_ layers: [LayerSpec], projection: any Initializer = GlorotUniform()) {
    self.layers = layers
    self.projection = projection
  }
}
