/// What to write in place of a word of Keras or PyTorch that is not a name here.
///
/// These are words whose meaning differs from the nearest name, or whose place is elsewhere; each
/// answer names keys that exist. Words of the same meaning are in ``Synonyms``.
enum Guidance {
  /// One answer to some words.
  private struct Answer: Sendable {
    let words: [String]
    /// The sections in which the answer holds, by their last key, "" being the root; nil for all.
    let sections: [String]?
    let text: String

    init(_ words: [String], in sections: [String]? = nil, _ text: String) {
      self.words = words
      self.sections = sections
      self.text = text
    }
  }

  private static let keys: [Answer] = [
    Answer(
      ["learning_rate", "lr"], in: ["", "training", "schedule"],
      "it is a setting of the optimizer: optimizer: {adam: {learning_rate: 0.001}}"),
    Answer(
      ["momentum", "weight_decay"], in: ["", "training"],
      "it is a setting of the optimizer: optimizer: {momentum: {momentum: 0.9, weight_decay: 1e-4}}"
    ),
    Answer(
      ["validation_split"],
      "write data: {split: {validation: 0.1}}; the samples are drawn at random, while Keras takes "
        + "the last ones (data: {split: {validation: 0.1, order: sequential}})"),
    Answer(
      ["shuffle"],
      "training samples come in a new order in every epoch, decided by seed; leave it out"),
    Answer(
      ["callbacks"],
      "write early_stopping, checkpoints, schedule: reduce_on_plateau or ensemble: {snapshots: 5}, "
        + "which are sections of their own"),
    Answer(
      ["input_shape", "input_dim", "in_features", "in_channels", "input_size", "input_length"],
      "the shape of the input follows from the data or from the layer before; leave it out"),
    Answer(
      ["kernel_regularizer", "weight_regularizer", "embeddings_regularizer"],
      "write l1 or l2, a number λ: l2 adds λ·Σw², as Keras's L2 does"),
    Answer(
      ["data_format"],
      "images are [channels, height, width] in every layer and data are laid out so when they are "
        + "read; leave it out"),
    Answer(["betas"], "write beta1 and beta2, such as beta1: 0.9, beta2: 0.999"),
    Answer(
      ["nesterov"], in: ["sgd", "momentum"],
      "it is an optimizer of its own: optimizer: {nesterov: {momentum: 0.9}}"),
    Answer(
      ["momentum"], in: ["sgd"],
      "it is an optimizer of its own: optimizer: {momentum: {momentum: 0.9}}"),
    Answer(
      ["gamma"], in: ["step_decay", "exponential"],
      "write factor, by which the learning rate is multiplied"),
    Answer(
      ["step_size", "decay_steps"], in: ["step_decay", "exponential", "inverse_time"],
      "write every, in epochs or as `500 steps`"),
    Answer(
      ["label_smoothing"], in: [""],
      "it is a setting of the objective: objective: {categorical_crossentropy: {label_smoothing: "
        + "0.1}}"),
    Answer(
      ["clipnorm", "clipvalue", "global_clipnorm", "grad_clip", "gradient_clip_val"],
      "write clip: {global_norm: 1}, a section beside optimizer"),
  ]

  private static let methods: [String: [Answer]] = [
    "layer": [
      Answer(["Linear"], "PyTorch's Linear is dense here: dense: 64"),
      Answer(
        ["InputLayer", "input_layer"],
        "the shape of the input follows from the data; leave it out"),
      Answer(["Sequential"], "model is the list of layers itself"),
      Answer(
        ["AdaptiveAvgPool2d", "adaptive_avg_pool2d"],
        "AdaptiveAvgPool2d(1) is global_average_pool2d, other sizes are average_pool2d with a size"),
      Answer(
        ["Add", "Concatenate", "add", "concatenate"],
        "write residual: [LAYERS], or parallel: {branches: [[LAYERS], [LAYERS]], merge: concatenate}"
      ),
      Answer(
        ["TimeDistributed", "time_distributed"],
        "dense acts on every step of a sequence by itself; leave it out"),
    ],
    "objective": [
      Answer(
        [
          "cross_entropy", "crossentropy", "CrossEntropyLoss", "cross_entropy_loss", "nll",
          "nll_loss", "NLLLoss",
        ],
        "write categorical_crossentropy for classes (the network ends with softmax; it is computed "
          + "from the logits, as PyTorch's CrossEntropyLoss is), or binary_crossentropy for outputs "
          + "that are yes or no"),
      Answer(
        ["BCEWithLogitsLoss", "bce_with_logits"],
        "write binary_crossentropy and end the network with sigmoid; it is computed from the logits"
      ),
      Answer(
        ["SmoothL1Loss", "smooth_l1"],
        "write huber; SmoothL1Loss(beta=1) is huber: {delta: 1}"),
    ],
    "metric": [
      Answer(["perplexity"], "write bits_per_character; the perplexity is 2 to that power"),
      Answer(["loss", "objective"], "the objective is always reported; leave it out"),
    ],
    "schedule": [
      Answer(
        ["StepLR", "step_lr"],
        "write step_decay: {factor: 0.1, every: 30}, PyTorch's gamma and step_size"),
      Answer(
        ["MultiStepLR", "multi_step_lr", "PiecewiseConstantDecay"],
        "write piecewise with boundaries and values"),
      Answer(
        ["ExponentialLR", "exponential_lr", "ExponentialDecay"],
        "write exponential: {factor: 0.9, every: 1}, PyTorch's gamma"),
      Answer(["OneCycleLR", "one_cycle_lr"], "write one_cycle: {rise: 0.3}"),
      Answer(["CyclicLR", "cyclic_lr"], "write triangular"),
    ],
    "preprocessing step": [
      Answer(
        ["rescale", "rescaling", "Rescaling"],
        "write divide: 255; Keras's Rescaling multiplies, so divide by 1/scale"),
      Answer(
        ["normalize", "normalization", "Normalization"],
        "write standardize (mean 0, deviation 1) or min_max (0 to 1)"),
    ],
  ]

  /// The answer to `word`, a key that the section at `path` does not have; nil where there is none.
  static func key(_ word: String, at path: [String]) -> String? {
    let section = path.last ?? ""
    return keys.first { $0.words.contains(word) && ($0.sections?.contains(section) ?? true) }?.text
  }

  /// The answer to `word` in place of the name of a method of the sort `noun`.
  static func method(_ word: String, noun: String) -> String? {
    methods[noun]?.first { $0.words.contains(word) }?.text
  }

  /// Every word with an answer, for tests: the key or method, the section or sort, and the text.
  static var all: [(word: String, place: String?, isMethod: Bool, text: String)] {
    keys.flatMap { answer in
      answer.words.map { ($0, answer.sections?.first, false, answer.text) }
    }
      + methods.sorted { $0.key < $1.key }.flatMap { noun, answers in
        answers.flatMap { answer in answer.words.map { ($0, noun, true, answer.text) } }
      }
  }
}
