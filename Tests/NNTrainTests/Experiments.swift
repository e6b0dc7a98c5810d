/// Configurations of small runs that between them use all that the number of ranks could disturb.
enum Experiments {
  /// Digits in 237 samples: batches of 30 over 8 shards are uneven, the last of 16 (of 190 training
  /// samples, 10) is ragged, and there are parts for validation and test.
  static func digits(_ optimizer: String, training: String = "epochs: 2, batch: 30, shards: 8")
    -> String
  {
    """
    seed: 3
    data: {source: digits, take: 237, split: {validation: 0.15, test: 0.1}, preprocess: [standardize]}
    model:
      - flatten
      - dense: {units: 23, activation: relu, initializer: he_normal}
      - dropout: 0.3
      - dense: {units: 17, activation: tanh}
      - dense: {name: output, units: 10, activation: softmax}
    objective: categorical_crossentropy
    metrics: [accuracy, {top_k_accuracy: 3}]
    optimizer: \(optimizer)
    regularization: {l2: 1.0e-4, l1: 1.0e-5}
    training: {\(training)}
    """
  }

  /// Every way to regularize at once, on a network that computes in blocks.
  static let regularized = """
    seed: 7
    data: {source: digits, take: 151, split: {validation: 0.1, test: 0.1}, preprocess: [{divide: 16}]}
    model:
      - gaussian_noise: 0.1
      - reshape: [1, 8, 8]
      - conv2d:
          filters: 9
          kernel: 3
          initializer: orthogonal
          constraint: {max_norm: 1.5}
          activity_regularizer: {l1: 1.0e-4}
      - spatial_dropout: 0.2
      - relu
      - gaussian_noise: 0.05
      - flatten
      - gaussian_dropout: 0.1
      - dense: {units: 16, activation: tanh, bias_constraint: non_neg, constraint: unit_norm}
      - activity_regularization: {l2: 0.001}
      - dense: {units: 10, activation: softmax}
    objective: categorical_crossentropy
    optimizer: {lars: {learning_rate: 1, trust: 0.02, weight_decay: 0.01}}
    regularization: {l2: 1.0e-4}
    average: {ema: 0.9}
    training: {epochs: 3, batch: 20, shards: 8, micro_batch: 2}
    """

  /// A small convolutional network on digits, whose shards run in pieces.
  static let convolutional = """
    seed: 5
    data: {source: digits, take: 151, split: {validation: 0.1, test: 0.1}, preprocess: [{divide: 16}]}
    model:
      - reshape: [1, 8, 8]
      - conv2d: {filters: 6, kernel: 3, padding: same, activation: relu}
      - max_pool2d: 2
      - residual:
          - conv2d: {filters: 9, kernel: 3, padding: same, activation: relu}
          - dropout: 0.2
          - conv2d: {filters: 12, kernel: 3, padding: same}
      - relu
      - global_average_pool2d
      - dense: {name: output, units: 10, activation: softmax}
    objective: sparse_categorical_crossentropy
    metrics: [accuracy]
    optimizer: {adam: {learning_rate: 0.01}}
    training: {epochs: 2, batch: 44, shards: 8, micro_batch: 3}
    """

  /// Normalization over shards in pieces, down to single samples, and blocks of every sort. Of 121
  /// training samples, batches of 23 over 6 shards in pieces of 3 leave pieces of one sample.
  static let normalized = """
    seed: 9
    data: {source: digits, take: 151, split: {validation: 0.1, test: 0.1}, preprocess: [{divide: 16}]}
    model:
      - reshape: [1, 8, 8]
      - conv2d: {filters: 6, kernel: 3, padding: same, use_bias: false}
      - batch_normalization: {name: first, momentum: 0.8}
      - relu
      - residual_stages: {blocks: 1, filters: [6, 8], order: pre, stochastic_depth: 0.3}
      - parallel:
          merge: concatenate
          branches:
            - [{depthwise_conv2d: {kernel: 3, padding: same}}, {group_normalization: {groups: 2}}]
            - [linear]
      - residual:
          activation: relu
          stochastic_depth: 0.2
          layers:
            - conv2d: {filters: 16, kernel: 3, padding: same, use_bias: false}
            - batch_normalization
      - conv2d_transpose: {filters: 4, kernel: 2, stride: 2}
      - flatten
      - layer_normalization
      - dense: {units: 16}
      - batch_normalization: {name: last, momentum: 0.5}
      - relu
      - dense: {name: output, units: 10, activation: softmax}
    objective: categorical_crossentropy
    metrics: [accuracy]
    optimizer: {adam: {learning_rate: 0.01}}
    average: {ema: 0.9}
    training: {epochs: 2, batch: 23, shards: 6, micro_batch: 3}
    checkpoints: {every: 2 steps, keep: 3}
    """

  /// The same with statistics over the whole minibatch everywhere but in one branch; dropout, averages, a
  /// clipped gradient and the microscope look at shards that are computed side by side.
  static let synchronized =
    normalized
    .replacing("momentum: 0.8}", with: "momentum: 0.8, synchronized: true}")
    .replacing("momentum: 0.5}", with: "momentum: 0.5, synchronized: true}")
    .replacing("order: pre, ", with: "order: pre, synchronized: true, ")
    .replacing(
      "      - relu\n      - dense: {name",
      with: "      - dropout: 0.2\n      - relu\n      - dense: {name")
    + "\nclip: {global_norm: 1}\ndiagnostics: {gradient_flow: 3 steps}"

  /// Every augmentation on small colored images, in pieces of shards, with weights. Of 123 training samples,
  /// batches of 22 over 6 shards in pieces of 3 leave a last one of 13.
  static let augmented = """
    seed: 13
    data:
      source: synthetic
      shape: [3, 8, 8]
      classes: 4
      count: 153
      split: {validation: 0.1, test: 0.1}
      class_weights: {0: 2, 3: 0.5}
      augment:
        - random_flip
        - random_crop: 1
        - random_translation: {height_factor: 0.1, width_factor: [-0.2, 0.1]}
        - random_rotation: {factor: 0.1, fill_mode: nearest}
        - {random_zoom: {height_factor: 0.2, fill_mode: nearest}}
        - {random_shear: {x_factor: 0.2, fill_mode: wrap, interpolation: nearest}}
        - mix_up: 0.4
        - {random_brightness: {factor: 0.1, value_range: [-3, 3]}}
        - random_contrast: [0.3, 0.2]
        - random_saturation: [0.3, 0.7]
        - random_hue: 0.2
        - gaussian_noise: 0.1
        - random_erasing: {factor: 0.5, scale: [0.05, 0.2]}
      preprocess: [standardize]
    model:
      - conv2d: {filters: 6, kernel: 3, padding: same, use_bias: false}
      - batch_normalization: {momentum: 0.8}
      - relu
      - max_pool2d: 2
      - dropout: 0.2
      - flatten
      - dense: {name: output, units: 4, activation: softmax}
    objective: categorical_crossentropy
    metrics: [accuracy]
    optimizer: {adam: {learning_rate: 0.01}}
    training: {epochs: 3, batch: 11, shards: 3, accumulate: 2, micro_batch: 3}
    checkpoints: {every: 2 steps, keep: 3}
    """

  /// Recurrent layers of every sort over the rows of digits, whose shards run in pieces.
  static let recurrent = """
    seed: 11
    data: {source: digits, take: 151, split: {validation: 0.1, test: 0.1}, preprocess: [{divide: 16}]}
    model:
      - reshape: [8, 8]
      - bidirectional: {layer: {lstm: {units: 9, return_sequences: true, dropout: 0.1, recurrent_dropout: 0.2}}}
      - dropout: 0.2
      - gru: {units: 12, return_sequences: true, recurrent_dropout: 0.1}
      - bidirectional: {layer: {simple_rnn: {units: 11}}, merge: product}
      - dense: {name: output, units: 10, activation: softmax}
    objective: sparse_categorical_crossentropy
    metrics: [accuracy]
    optimizer: {adam: {learning_rate: 0.01}}
    training: {epochs: 2, batch: 44, shards: 8, micro_batch: 3}
    """

  /// The pixels of digits, 0 to 16, as a sequence of ids: an embedding, truncated gradients, and a dense
  /// layer in every step.
  static let embedded = """
    seed: 13
    data: {source: digits, take: 121, split: {validation: 0.1, test: 0.1}}
    model:
      - flatten
      - embedding: {vocabulary: 17, units: 5}
      - lstm: {units: 6, return_sequences: true, truncate: 9, recurrent_dropout: 0.2}
      - dense: {units: 3, activation: softmax}
      - flatten
      - dense: {name: output, units: 10, activation: softmax}
    objective: sparse_categorical_crossentropy
    metrics: [accuracy]
    optimizer: {adam: {learning_rate: 0.01}}
    training: {epochs: 2, batch: 44, shards: 8, micro_batch: 3}
    """
}
