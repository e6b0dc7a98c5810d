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
    /// One of several inputs of the network, by its name.
    case input(String)
    /// y = g(f(x) + s(x)), where f is the inner layers and s the shortcut.
    case residual(ResidualSpec)
    /// Branches that all read x and are made one.
    case parallel([[LayerSpec]], merge: BranchMerge)
    /// The inner layers so many times, one copy after the other.
    case repetition([LayerSpec], times: Int)
    /// The stages of a residual network.
    case stages(ResidualStages)
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

/// What becomes of the outputs of branches.
public enum BranchMerge: String, Sendable, CaseIterable {
  /// Their sum.
  case sum
  /// One after the other along the first dimension.
  case concatenate
  /// One after the other along the last dimension, the features of each step of a sequence.
  case concatenateFeatures = "concatenate_features"
  /// Their mean.
  case mean
  /// Their product.
  case product

  /// The layer that does it.
  var layer: any Layer {
    switch self {
    case .sum: Merge(.sum)
    case .concatenate: Concatenate()
    case .concatenateFeatures: Concatenate(alongFeatures: true)
    case .mean: Merge(.mean)
    case .product: Merge(.product)
    }
  }
}
