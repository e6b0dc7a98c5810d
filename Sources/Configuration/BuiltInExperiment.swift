/// Experiments that need no file.
enum BuiltInExperiment {
  /// The handwritten digits; the same text as `configs/digits.yaml`.
  static let digits = #"""
    # yaml-language-server: $schema=schema.json
    #
    # Handwritten digits of 8×8 pixels (embedded in the program): the experiment that `nntrain` trains
    # when it is given nothing. Shows a small network with dropout, and a stratified split.
    # Reaches: (see README)
    seed: 1
    data:
      source: digits
      split: {test: 0.2}
      preprocess: [{divide: 16}]
    model:
      - flatten
      - dense: {units: 128, activation: relu, initializer: he_normal}
      - dropout: 0.2
      - dense: {units: 64, activation: relu, initializer: he_normal}
      - dense: {name: output, units: 10, activation: softmax}
    objective: categorical_crossentropy
    metrics: [accuracy]
    optimizer: {adam: {learning_rate: 0.001}}
    training: {epochs: 40, batch: 32}
    """# + "\n"
}
