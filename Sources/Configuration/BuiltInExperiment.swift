/// Experiments that need no file.
enum BuiltInExperiment {
  /// The handwritten digits; the same text as `configs/digits.yaml`.
  static let digits = #"""
    # yaml-language-server: $schema=schema.json
    #
    # Handwritten digits of 8×8 pixels (embedded in the program): the experiment that `nntrain` trains
    # when it is given nothing. Shows a small convolutional network with dropout, and a split into parts
    # for training, validation and test that hold their share of each digit.
    #   mpirun -n 4 nntrain
    # Reaches: 99.2 % test accuracy (mean of seeds 1-10: 99.2 %, worst 98.6 %).
    seed: 1
    data:
      source: digits
      split: {validation: 0.1, test: 0.2}
      preprocess: [{divide: 16}]
    model:
      - conv2d: {filters: 16, kernel: 3, padding: same, activation: relu, initializer: he_normal}
      - conv2d: {filters: 32, kernel: 3, padding: same, activation: relu, initializer: he_normal}
      - max_pool2d: 2
      - flatten
      - dropout: 0.5
      - dense: {units: 64, activation: relu, initializer: he_normal}
      - dropout: 0.5
      - dense: {name: output, units: 10, activation: softmax}
    objective: categorical_crossentropy
    metrics: [accuracy]
    optimizer: {adam: {learning_rate: 0.002}}
    training: {epochs: 20, batch: 32}
    """# + "\n"
}
