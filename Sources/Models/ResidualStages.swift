import Layers
import Tensors

/// Stages of residual blocks of two 3×3 convolutions each, with batch normalization; the first block of
/// every stage but the first halves height and width.
///
/// With three stages of n blocks, a convolution before and a dense layer behind them, a network is 6n + 2
/// layers deep. He et al., "Deep Residual Learning for Image Recognition", 2015, section 4.2.
public struct ResidualStages: Sendable {
  /// Where normalization and ReLU stand.
  public enum Order: String, Sendable, CaseIterable {
    /// Behind each convolution, and a ReLU behind the sum.
    case post
    /// Before each convolution.
    case pre
  }

  /// n, the blocks of a stage.
  public var blocks: Int
  /// The channels of each stage.
  public var filters: [Int]
  /// Where normalization and ReLU stand.
  public var order = Order.post
  /// The way around blocks that change the shape.
  public var shortcut = ResidualSpec.Shortcut.padded
  /// How kernels are drawn.
  public var initializer: any Initializer = HeNormal()
  /// The probability with which the last block is left out for a sample; earlier ones have less, in
  /// proportion to their place.
  public var depthRate: Float = 0
  /// The normalization.
  public var normalization = BatchNormalization(momentum: 0.9, epsilon: 1e-5)

  /// Stages of `blocks` blocks with the given channels.
  public init(blocks: Int, filters: [Int]) {
    self.blocks = blocks
    self.filters = filters
  }

  /// The blocks, one after the other; parameters are called after `name`, stage and block.
  func layers(name: String, location: String?) -> [LayerSpec] {
    var specs: [LayerSpec] = []
    for (stage, filters) in filters.enumerated() {
      for block in 0..<blocks {
        let prefix = "\(name)_\(stage + 1)_\(block + 1)"
        var spec = ResidualSpec(
          inner(filters, stride: stage > 0 && block == 0 ? 2 : 1, prefix, location),
          projection: initializer)
        spec.shortcut = shortcut
        spec.normalization = normalization
        spec.activation = order == .post ? .relu() : .linear
        let place = Float(specs.count + 1) / Float(self.filters.count * blocks)
        spec.depthRate = depthRate * place
        specs.append(LayerSpec(.residual(spec), name: prefix, location: location))
      }
    }
    return specs
  }

  private func inner(
    _ filters: Int, stride: Int, _ prefix: String, _ location: String?
  ) -> [LayerSpec] {
    func entry(_ layer: any Layer, _ name: String) -> LayerSpec {
      LayerSpec(.layer(layer), name: "\(prefix)_\(name)", location: location)
    }
    func convolution(_ index: Int, stride: Int) -> LayerSpec {
      entry(
        Convolution2D(
          filters: filters, kernel: Extent2D(3, 3), stride: Extent2D(stride, stride),
          padding: .explicit(top: 1, left: 1, bottom: 1, right: 1), usesBias: false,
          initializer: initializer, biasInitializer: Zeros()), "conv\(index)")
    }
    func norm(_ index: Int) -> LayerSpec { entry(normalization, "bn\(index)") }
    func relu(_ index: Int) -> LayerSpec { entry(ActivationLayer(.relu()), "relu\(index)") }
    switch order {
    case .post:
      return [convolution(1, stride: stride), norm(1), relu(1), convolution(2, stride: 1), norm(2)]
    case .pre:
      return [
        norm(1), relu(1), convolution(1, stride: stride), norm(2), relu(2),
        convolution(2, stride: 1),
      ]
    }
  }
}
