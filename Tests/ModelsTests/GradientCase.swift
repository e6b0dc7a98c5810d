import Layers
import Models
import Tensors
import Testing

/// Draws that need no generator: a fixed, irregular sequence within ±0.5.
struct Irregular: Initializer {
  var scale: Float = 1
  func fill(_ values: inout MutableSpan<Float>, shape: Shape, fans: Fans, key: RandomKey) {
    for i in 0..<values.count {
      let x = Double(i + 1) * 0.754_877_666_246_692_8 + Double(key.low % 97) * 0.013
      values[i] = scale * Float(x - x.rounded(.down) - 0.5)
    }
  }
}

func dense(
  _ units: Int, _ activation: Activation = .linear, bias: Bool = true, name: String? = nil
) -> LayerSpec {
  LayerSpec(
    .layer(
      Dense(
        units: units, activation: activation, usesBias: bias, initializer: Irregular(),
        biasInitializer: Irregular(scale: 0.2))), name: name)
}

func penalized(_ units: Int, _ activation: Activation = .linear) -> LayerSpec {
  var layer = Dense(
    units: units, activation: activation, initializer: Irregular(),
    biasInitializer: Irregular(scale: 0.2))
  layer.activityRegularizer = ActivityPenalty(l1: 0.05, l2: 0.2)
  return LayerSpec(.layer(layer))
}

func conv(
  _ filters: Int, _ kernel: Int, stride: Int = 1, padding: Padding = .valid, dilation: Int = 1,
  groups: Int = 1, _ activation: Activation = .linear
) -> LayerSpec {
  LayerSpec(
    .layer(
      Convolution2D(
        filters: filters, kernel: Extent2D(kernel, kernel), stride: Extent2D(stride, stride),
        padding: padding, dilation: Extent2D(dilation, dilation), groups: groups,
        activation: activation, initializer: Irregular(), biasInitializer: Irregular(scale: 0.2))))
}

func pool(
  _ method: Pooling2D.Method, _ size: Int, stride: Int? = nil, padding: Padding = .valid
) -> LayerSpec {
  LayerSpec(
    .layer(
      Pooling2D(
        method, size: Extent2D(size, size), stride: stride.map { Extent2D($0, $0) },
        padding: padding)))
}

func layer(_ layer: any Layer) -> LayerSpec { LayerSpec(.layer(layer)) }

func residual(_ layers: [LayerSpec]) -> LayerSpec {
  LayerSpec(.residual(ResidualSpec(layers, projection: Irregular())))
}

/// A network, its input and its gradient, which is compared with central differences of the
/// weighted sum Σ c·y of its outputs.
struct GradientCase: CustomTestStringConvertible, Sendable {
  var testDescription: String
  var input: Shape
  var layers: [LayerSpec]

  init(_ name: String, _ input: Shape, _ layers: [LayerSpec]) {
    testDescription = name
    self.input = input
    self.layers = layers
  }
}
