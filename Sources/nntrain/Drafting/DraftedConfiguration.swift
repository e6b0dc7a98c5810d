import Datasets
import Training

/// A commented configuration for data that were looked at: a sensible network, objective and split.
struct DraftedConfiguration {
  private let data: DraftedData
  private let name: String

  /// A configuration for `data`, which comments call `name`.
  init(_ data: DraftedData, name: String) {
    self.data = data
    self.name = name
  }

  /// The configuration as YAML.
  var text: String {
    var lines = ["# Written by nntrain init for \(name): \(summary)."]
    for note in data.notes { lines.append("# Note: \(note).") }
    lines += [
      "seed: 1",
      "data:",
      "  train: \(data.train)",
    ]
    if let test = data.test { lines.append("  test: \(test)") }
    lines += split
    lines += preprocessing
    lines.append("model:")
    lines += layers.map { "  - " + $0 }
    lines += objective
    lines += training
    return lines.joined(separator: "\n") + "\n"
  }

  /// What the data are, in one phrase.
  var summary: String {
    let shape = data.schema.inputShape.map(String.init).joined(separator: "×")
    let inputs: String
    switch data.schema.inputShape.count {
    case 1 where data.textLength != nil:
      return "\(Text.grouped(data.count)) pieces of \(data.textLength ?? 0) characters,"
        + " \(classes.count) different characters"
    case 1: inputs = Text.counted(data.schema.inputShape[0], "input")
    default: inputs = "inputs of \(shape)"
    }
    let targets: String
    switch data.schema.target {
    case .classes(let names), .classSequences(let names, _):
      targets = "\(Text.counted(names.count, "class"))".replacing("classs", with: "classes")
    case .values(let width):
      targets = width == 1 ? "a number to predict" : "\(width) numbers to predict"
    }
    return "\(Text.grouped(data.count)) samples, \(inputs), \(targets)"
  }

  private var classes: [String] { data.schema.target.answerNames ?? [] }

  private var hasCategories: Bool {
    data.schema.table?.inputs.contains { $0.categories != nil } ?? false
  }

  private var isImage: Bool { data.schema.inputShape.count > 1 }

  private var split: [String] {
    if data.textLength != nil {
      return ["  # The last tenth of the text is the test set.", "  split: {test: 0.1}"]
    }
    return data.test != nil
      ? ["  # The test set has files of its own.", "  split: {validation: 0.1}"]
      : [
        "  # The test set is measured once, at the end, and chooses nothing.",
        "  split: {validation: 0.15, test: 0.15}",
      ]
  }

  private var preprocessing: [String] {
    if data.textLength != nil { return [] }
    if data.isBytes {
      return ["  # Bytes become numbers from 0 to 1.", "  preprocess: [{divide: 255}]"]
    }
    return [
      "  # Fitted on the training set alone"
        + (hasCategories ? "; texts become one-hot columns." : "."),
      "  preprocess: [\(hasCategories ? "one_hot, " : "")standardize]",
    ]
  }

  private var isBinary: Bool {
    if case .classes(let names) = data.schema.target { names.count == 2 } else { false }
  }

  private var output: String {
    switch data.schema.target {
    case .classes where isBinary: "dense: {name: output, units: 1, activation: sigmoid}"
    case .classes(let names), .classSequences(let names, _):
      "dense: {name: output, units: \(max(2, names.count)), activation: softmax}"
    case .values(let width): "dense: {name: output, units: \(max(1, width))}"
    }
  }

  private var layers: [String] {
    if data.textLength != nil {
      return [
        "embedding: {vocabulary: \(classes.count), units: 32}",
        "lstm: {units: 128, return_sequences: true}", "dropout: 0.2", output,
      ]
    }
    guard isImage else {
      // As wide as the inputs ask for, and no wider than the samples can fill.
      let width = data.count < 2000 ? 32 : 128
      return ["dense: {units: \(width), activation: relu, initializer: he_normal}"]
        + (data.count < 2000 ? [] : ["dropout: 0.2"])
        + ["dense: {units: \(width / 2), activation: relu, initializer: he_normal}", output]
    }
    let shape = data.schema.inputShape
    let (height, width) = (shape[shape.count - 2], shape[shape.count - 1])
    var layers = shape.count == 2 ? ["reshape: [1, \(height), \(width)]"] : []
    let convolution = "kernel: 3, padding: same, activation: relu, initializer: he_normal}"
    layers.append("conv2d: {filters: 32, \(convolution)")
    if min(height, width) >= 8 { layers.append("max_pool2d: 2") }
    layers.append("conv2d: {filters: 64, \(convolution)")
    if min(height, width) >= 4 { layers.append("max_pool2d: 2") }
    return layers + [
      "flatten", "dense: {units: 128, activation: relu, initializer: he_normal}", "dropout: 0.5",
      output,
    ]
  }

  private var objective: [String] {
    switch data.schema.target {
    case .classes where isBinary:
      ["objective: binary_crossentropy", "metrics: [accuracy, confusion_matrix]"]
    case .classes: ["objective: categorical_crossentropy", "metrics: [accuracy, confusion_matrix]"]
    case .classSequences:
      ["objective: sparse_categorical_crossentropy", "metrics: [accuracy, bits_per_character]"]
    case .values:
      ["objective: mean_squared_error", "metrics: [mean_absolute_error, root_mean_squared_error]"]
    }
  }

  private var training: [String] {
    // At least a few steps an epoch, with what the split leaves to the training set.
    let batch = [256, 128, 64, 32, 16, 8, 4, 2, 1].first { $0 * 20 <= data.count } ?? 1
    var lines = [
      "# Try others with: nntrain compare FILE --vary optimizer=sgd,momentum,adam --seeds 3",
      "optimizer: {adam: {learning_rate: 0.001}}",
      "schedule: cosine",
    ]
    if data.textLength != nil { lines.append("clip: {global_norm: 1}") }
    let epochs = data.count < 2000 ? 60 : data.count < 20_000 ? 30 : 10
    return lines + ["training: {epochs: \(epochs), batch: \(min(batch, 128))}"]
  }
}
