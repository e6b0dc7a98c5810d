import Datasets

/// The data of a run: sources, how they are divided, and what is done to inputs.
public struct DataConfiguration: Sendable {
  /// The folder below which relative file names lie; nil where there is none.
  public var root: String?
  /// The folders below which relative file names are looked for, the first one first; none where only
  /// ``root`` counts.
  var places: [String] = []
  /// The samples to train on, from which the split may take parts.
  public var train = SourceConfiguration()
  /// A source of validation samples of its own.
  public var validation: SourceConfiguration?
  /// A source of test samples of its own.
  public var test: SourceConfiguration?
  /// Which parts of the training source are set aside.
  public var split = SplitConfiguration()
  /// The records that are learnt from as they arrive; nil where the training part is.
  public var stream: StreamConfiguration?
  /// What is done to inputs, in this order; fitted on the training part.
  public var preprocess: [PreprocessingStep] = []
  /// How training samples are changed at random, in this order.
  public var augment: [any Augmentation] = []

  /// What classes weigh; nil for 1 each.
  public var classWeights: ClassWeights?
  /// The file of the weights of the training part's samples; nil for those that the source has.
  public var sampleWeights: String?
  /// Whether as many samples as the training part has are drawn from it with replacement.
  public var bootstrap = false

  /// No data, to be filled in.
  public init() {}

  /// `file` in the first folder that has it, else below the root; absolute names stay as they are.
  public func path(_ file: String) -> String {
    guard !file.hasPrefix("/") else { return file }
    if let place = DataRoot.first(of: places, having: file) { return DataRoot.join(place, file) }
    return root.map { DataRoot.join($0, file) } ?? file
  }

  /// Whether the short form with `source` tells all about the training source.
  private var hasShortForm: Bool { train.format == .digits || train.format == .synthetic }

  static let section = Section(
    DataConfiguration(), shorthand: "source",
    fields: [
      Field(
        "root", \.root, ValueCodec.text("a folder").optional,
        "The folder below which files lie, relative to the configuration. A file is taken from the first "
          + "folder that has it: that of `--set data.root=` (relative to the working directory), this one, "
          + "the configuration's folder, that of the environment variable NNTRAIN_DATA."),
      Field(
        "train", \.train, SourceConfiguration.section.codec, "The samples to train on.",
        writtenIf: { !$0.hasShortForm }),
      Field(
        "source", \.train.format, ValueCodec.name(of: [.digits, .synthetic]).optional,
        "In place of `train`: the embedded digits, or random numbers.", writtenIf: \.hasShortForm),
      Field(
        "shape", \.train.shape, ValueCodec.shape().optional,
        "With `source: synthetic`: the shape of one sample.", writtenIf: \.hasShortForm),
      Field(
        "classes", \.train.classes, ValueCodec.integer(atLeast: 2, atMost: Bound.classes).optional,
        "With `source: synthetic`: the number of classes.", writtenIf: \.hasShortForm),
      Field(
        "values", \.train.values, ValueCodec.integer(atLeast: 1, atMost: Bound.extent).optional,
        "With `source: synthetic`: the number of target values of a sample, in place of `classes`.",
        writtenIf: \.hasShortForm),
      Field(
        "count", \.train.count, ValueCodec.integer(atLeast: 1, atMost: Bound.samples).optional,
        "With `source: synthetic`: the number of samples.", writtenIf: \.hasShortForm),
      Field(
        "seed", \.train.seed, ValueCodec.integer(atLeast: 0, atMost: Bound.seed).optional,
        "With `source: synthetic`: the seed of the samples; unset it is 1.",
        writtenIf: \.hasShortForm),
      Field(
        "take", \.train.take, ValueCodec.integer(atLeast: 1, atMost: Bound.samples).optional,
        "Uses only the first so many samples of the training source, before it is split.",
        writtenIf: \.hasShortForm),
      Field(
        "validation", \.validation, SourceConfiguration.section.codec.optional,
        "A source of validation samples, in place of `split.validation`."),
      Field(
        "test", \.test, SourceConfiguration.section.codec.optional,
        "A source of test samples, in place of `split.test`."),
      Field(
        "stream", \.stream, StreamConfiguration.section.codec.optional,
        "Trains on records as they arrive in a folder or on a pipe; each is tested before it is trained "
          + "from. `train` then only tells what they look like: columns and classes are found, and "
          + "`preprocess` is fitted, by it.",
        writtenIf: { $0.stream != nil }),
      Field("split", \.split, SplitConfiguration.section.codec, "Parts of the training source."),
      Field(
        "preprocess", \.preprocess,
        Registry.preprocessing.codec.list("a list of preprocessing steps"),
        "What is done to inputs, in this order, fitted on the training part only."),
      Field(
        "class_weights", \.classWeights, ValueCodec.classWeights.optional,
        "What the samples of each class weigh, by the class's name or, where no class has that name, by its "
          + "number from 0; 1 where none is given. Two keys of one class are an error. "
          + "`balanced`: n / (K·nₖ), so that every class counts for as much."),
      Field(
        "sample_weights", \.sampleWeights, ValueCodec.text("a file name").optional,
        "An NPY file of one weight for each sample of the training part, in its order, in place of "
          + "those of the source and of the classes; validation and test are not weighed by it.",
        writtenIf: { $0.sampleWeights != nil }),
      Field(
        "bootstrap", \.bootstrap, .truth,
        "Whether to train on as many samples as the training part has, drawn from it with "
          + "replacement by the run's seed.",
        writtenIf: \.bootstrap),
      Field(
        "augment", \.augment, Registry.augmentations.codec.list("a list of augmentations"),
        "Random changes of training samples, in this order, before `preprocess`; drawn anew for each "
          + "sample in each epoch.", writtenIf: { !$0.augment.isEmpty }),
    ],
    finish: { (data, node, place) throws(ConfigurationError) in try data.finish(node, place) })

  /// Checks the keys against each other.
  private mutating func finish(_ node: ConfigurationNode, _ place: Place)
    throws(ConfigurationError)
  {
    let short = ["source", "shape", "classes", "values", "count", "seed"]
    if node["train"] != nil {
      for key in short {
        guard let value = node[key] else { continue }
        throw ConfigurationError(
          at: value.position,
          "\(place.child(key).text) and \(place.child("train").text) exclude each other; "
            + "keep one of them")
      }
    } else if node["source"] != nil {
      let entries = (node.entries ?? []).compactMap { entry -> ConfigurationNode.Entry? in
        guard short.contains(entry.key) else { return nil }
        var entry = entry
        if entry.key == "source" { entry.key = "format" }
        return entry
      }
      try train.finish(ConfigurationNode(.section(entries), at: node.position), place)
    } else {
      throw ConfigurationError(
        at: node.position,
        "\(place.child("train").text) is missing; give a source of training samples, or "
          + "source: digits")
    }
    if train.format == .text { try finishText(node, place) }
    if train.format == .text || train.window != nil { try finishOrder(node, place) }
    try checkStream(node, place)
    for (name, hasSource, fraction) in [
      ("validation", validation != nil, split.validation), ("test", test != nil, split.test),
    ] where hasSource && fraction > 0 {
      throw ConfigurationError(
        at: node["split"]?[name]?.position ?? node.position,
        "\(place.child("split").child(name).text) and \(place.child(name).text) exclude each "
          + "other; keep one of them")
    }
  }
  /// A text and a time series are split in the order of time: samples beside one another share
  /// characters or records.
  private mutating func finishOrder(
    _ node: ConfigurationNode, _ place: Place
  ) throws(ConfigurationError) {
    if let order = node["split"]?["order"], split.order == .random {
      throw ConfigurationError(
        at: order.position,
        "\(place.child("split").child("order").text) is random, but the parts of a text or of a time"
          + " series follow one another: the last ones are set aside; leave it out")
    }
    split.order = .sequential
  }

  /// The characters of a text are no quantities.
  private func finishText(
    _ node: ConfigurationNode, _ place: Place
  ) throws(ConfigurationError) {
    for key in ["preprocess", "augment", "class_weights"] {
      guard let value = node[key], !(value.list?.isEmpty ?? false), !value.isNull else { continue }
      throw ConfigurationError(
        at: value.position,
        "\(place.child(key).text) does not go with a text, whose inputs are the numbers of"
          + " characters; leave it out")
    }
  }
}
