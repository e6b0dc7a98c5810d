import Layers
import Models
import Tensors

func norm(_ usesScale: Bool = true, _ usesShift: Bool = true) -> LayerSpec {
  layer(
    BatchNormalization(
      usesScale: usesScale, usesShift: usesShift, initializer: Irregular(scale: 3),
      biasInitializer: Irregular()))
}

let relu = layer(ActivationLayer(.relu()))

let normalizedCases: [GradientCase] = [
  GradientCase("batch normalization", [5], [dense(7), norm(), dense(3, .tanh), dense(2)]),
  GradientCase("batch normalization and relu", [5], [dense(20), norm(), relu, dense(3)]),
  GradientCase(
    "batch normalization without scale", [5], [dense(7), norm(false), relu, dense(3)]),
  GradientCase(
    "batch normalization without shift", [5], [dense(7), norm(true, false), dense(3, .tanh)]),
  GradientCase("batch normalization alone", [5], [dense(7), norm(false, false), dense(3, .tanh)]),
  GradientCase("batch normalization first", [5], [norm(), relu, dense(3)]),
  GradientCase(
    "batch normalization of images", [3, 6, 6],
    [conv(10, 3), norm(), relu, conv(5, 2), norm(), layer(Flatten()), dense(2)]),
  GradientCase(
    "batch normalization of an image's channels", [3, 4, 4],
    [norm(), conv(8, 3), norm(), relu, layer(GlobalAveragePooling2D()), dense(2)]),
  GradientCase(
    "batch normalization with two readers", [3, 4, 4],
    [
      conv(8, 3, padding: .same), norm(),
      residual([relu, conv(8, 3, padding: .same)]), layer(Flatten()), dense(2),
    ]),
  GradientCase(
    "layer normalization", [5],
    [dense(7), layer(LayerNormalization()), dense(3, .tanh), dense(2)]),
  GradientCase(
    "layer normalization of images", [3, 6, 6],
    [conv(10, 3), layer(LayerNormalization()), conv(5, 2), layer(Flatten()), dense(2)]),
  GradientCase(
    "group normalization", [3, 6, 6],
    [conv(10, 3), layer(GroupNormalization(groups: 5)), conv(5, 2), layer(Flatten()), dense(2)]),
]

func parallel(_ merge: BranchMerge, _ branches: [[LayerSpec]]) -> LayerSpec {
  LayerSpec(.parallel(branches, merge: merge))
}

let blockCases: [GradientCase] = {
  var post = ResidualSpec([dense(6, .tanh), dense(6)], projection: Irregular())
  post.activation = .relu()
  var padded = ResidualSpec([conv(20, 3, stride: 2, padding: .same)], projection: Irregular())
  padded.shortcut = .padded
  padded.activation = .softplus
  var deep = ResidualSpec([dense(6, .tanh)])
  deep.depthRate = 0.5
  let line = Convolution2D(
    filters: 6, kernel: Extent2D(1, 3), padding: .same, initializer: Irregular(),
    biasInitializer: Irregular(scale: 0.2))
  let up = TransposedConvolution2D(
    filters: 5, kernel: Extent2D(3, 3), stride: Extent2D(2, 2), padding: .same,
    activation: .softplus, initializer: Irregular(), biasInitializer: Irregular(scale: 0.2))
  return [
    GradientCase(
      "post-activation residual", [6], [dense(6), LayerSpec(.residual(post)), dense(2)]),
    GradientCase(
      "padded shortcut", [3, 6, 6],
      [conv(8, 1), LayerSpec(.residual(padded)), layer(Flatten()), dense(2)]),
    GradientCase(
      "padded shortcut of blocks that are not full", [3, 6, 6],
      [conv(10, 1), LayerSpec(.residual(padded)), layer(Flatten()), dense(2)]),
    GradientCase("stochastic depth", [6], [dense(6), LayerSpec(.residual(deep)), dense(2)]),
    GradientCase(
      "sum of branches", [6],
      [dense(6), parallel(.sum, [[dense(4, .tanh)], [dense(5), dense(4)]]), dense(2)]),
    GradientCase(
      "mean of branches", [3, 5, 5],
      [
        conv(8, 2), parallel(.mean, [[conv(8, 1)], [], [layer(ActivationLayer(.tanh))]]),
        layer(Flatten()), dense(2),
      ]),
    GradientCase(
      "product of branches", [3, 5, 5],
      [
        parallel(
          .product,
          [
            [conv(8, 2)], [conv(8, 2, .sigmoid)],
            [layer(UpSampling2D(Extent2D(1, 1))), conv(8, 2)],
          ]),
        relu, layer(Flatten()), dense(2),
      ]),
    GradientCase(
      "a gate on its input", [6],
      [dense(6), parallel(.product, [[], [dense(6, .sigmoid)], []]), dense(2)]),
    GradientCase(
      "concatenation in full blocks", [3, 5, 5],
      [
        conv(8, 2), parallel(.concatenate, [[conv(8, 1)], [], [conv(16, 3, padding: .same)]]),
        conv(4, 2), layer(Flatten()), dense(2),
      ]),
    GradientCase(
      "concatenation in plain order", [3, 5, 5],
      [
        parallel(.concatenate, [[conv(5, 2)], [conv(6, 2, .tanh)]]), conv(4, 2), layer(Flatten()),
        dense(2),
      ]),
    GradientCase(
      "concatenation of features", [4],
      [dense(3), parallel(.concatenate, [[dense(2, .tanh)], [], [dense(5)]]), dense(2)]),
    GradientCase(
      "repetition", [6], [LayerSpec(.repetition([dense(5, .tanh, name: "x")], times: 3)), dense(2)]),
    GradientCase(
      "transposed convolution", [3, 4, 4],
      [conv(4, 2), layer(up), conv(3, 2), layer(Flatten()), dense(2)]),
    GradientCase(
      "transposed convolution first", [8, 3, 3], [layer(up), layer(Flatten()), dense(2)]),
    GradientCase(
      "depthwise layer", [3, 5, 5],
      [
        conv(6, 2),
        layer(
          DepthwiseConvolution2D(
            Convolution2D(
              filters: 1, kernel: Extent2D(3, 3), padding: .same, initializer: Irregular(),
              biasInitializer: Irregular()), multiplier: 2)), layer(Flatten()), dense(2),
      ]),
    GradientCase(
      "sequences", [3, 9],
      [
        layer(Convolution1D(line)), norm(), relu,
        layer(Pooling1D(Pooling2D(.max, size: Extent2D(1, 2)))),
        residual([layer(Convolution1D(line))]),
        parallel(.concatenate, [[layer(Convolution1D(line))], []]),
        layer(GlobalAveragePooling1D()), dense(2),
      ]),
    GradientCase(
      "a residual of the input sequence", [6, 5],
      [residual([layer(Convolution1D(line))]), layer(Flatten()), dense(2)]),
    GradientCase(
      "padding and upsampling in blocks", [3, 5, 5],
      [
        conv(10, 2), layer(ZeroPadding2D(.explicit(top: 1, left: 0, bottom: 2, right: 1))),
        layer(UpSampling2D(Extent2D(2, 1))), conv(4, 3), layer(Flatten()), dense(2),
      ]),
  ]
}()
