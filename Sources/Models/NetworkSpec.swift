import Layers
import Tensors

/// A network as a person writes it: layers one after the other, blocks within.
public struct NetworkSpec: Sendable {
  /// The layers from input to output.
  public var layers: [LayerSpec]

  /// A network of `layers`.
  public init(_ layers: [LayerSpec]) { self.layers = layers }
}

/// One entry of a network: a layer or a block, its name, and where it was written.
public struct LayerSpec: Sendable {
  /// What stands at this place.
  public indirect enum Body: Sendable {
    /// A layer.
    case layer(any Layer)
    /// y = f(x) + x, where f is the inner layers; where shapes differ the shortcut is a projection
    /// (dense or 1×1 convolution without bias) with the given initializer.
    case residual([LayerSpec], projection: any Initializer)
  }

  /// The name, or nil for `<kind>_<k>`.
  public var name: String?
  /// The layer or block.
  public var body: Body
  /// Where it was written, such as `configs/a.yaml:12:5`; begins error messages.
  public var location: String?
  /// What the learning rate of its parameters is multiplied by; nil where the network says it.
  public var rateMultiplier: Float?

  /// An entry of a network.
  public init(
    _ body: Body, name: String? = nil, location: String? = nil, rateMultiplier: Float? = nil
  ) {
    self.name = name
    self.body = body
    self.location = location
    self.rateMultiplier = rateMultiplier
  }
}
