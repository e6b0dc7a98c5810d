import Datasets
import Formats
import Tensors

/// The opened and prepared parts of a run's data.
public struct RunData {
  /// What the samples mean, before preprocessing.
  public let schema: DataSchema
  /// What was fitted to the training part.
  public let preprocessing: Preprocessing
  /// What the classes weigh; nil for 1 each.
  public let classWeights: [Float]?
  /// The parts.
  public private(set) var training: any GatheringDataset
  /// The training part before preprocessing.
  private(set) var unprepared: any GatheringDataset
  /// All that was opened, prepared, by the names of the files: what the parts consist of.
  private let sources: [(data: any GatheringDataset, name: String)]
  /// The digests of what was opened, before preprocessing.
  public let digests: [SourceDigest]
  /// What a person should know of the data.
  public let notes: [String]
  /// The first classes, of which no sample of any part is one.
  let leadingAbsentClasses: Int
  /// What is watched.
  public let validation: (any GatheringDataset)?
  /// What is measured once, at the end.
  public let test: (any GatheringDataset)?

  /// Opens, splits and prepares the data of `configuration`.
  ///
  /// - Throws: `DatasetError` or ``ConfigurationError``.
  public init(_ configuration: RunConfiguration) throws {
    let data = configuration.data
    try data.requireFiles()
    let spec = configuration.spec(of: data.train)
    var source = try spec.open()
    if let text = source as? TextDataset {
      // What the other parts hold must not be known before they are seen.
      source = try text.withVocabulary(ofFirst: data.split.plan.counts(of: text.count).train)
    }
    schema = source.schema
    var parts: (train: any GatheringDataset, (any GatheringDataset)?, (any GatheringDataset)?)
    if data.split.validation > 0 || data.split.test > 0 {
      let cut = try data.split.plan.parts(of: source)
      parts = (cut.train, cut.validation, cut.test)
    } else {
      parts = (source, nil, nil)
    }
    let fitted = try Preprocessing(
      fitting: data.preprocess, to: parts.train, features: configuration.features(of: schema))
    preprocessing = fitted
    let targets = TargetCheck(
      configuration,
      configuration.network(
        for: fitted.outputShape, parts: fitted.outputParts(schema.parts)))
    var sources = [(data: try RunData.prepare(source, fitted), name: spec.name)]
    var digests = [
      SourceDigest(role: "train", name: spec.name, digest: try source.contentDigest())
    ]
    let trained = source.schema
    func opened(_ own: SourceConfiguration, _ role: String) throws -> any GatheringDataset {
      let spec = configuration.spec(of: own)
      let source = try spec.open(matching: trained)
      sources.append((try RunData.prepare(source, fitted), spec.name))
      digests.append(
        SourceDigest(role: role, name: spec.name, digest: try source.contentDigest()))
      return source
    }
    if let own = data.validation { parts.1 = try opened(own, "validation") }
    if let own = data.test { parts.2 = try opened(own, "test") }
    for (data, name) in sources { try targets.check(data, name) }
    self.sources = sources
    self.digests = digests
    leadingAbsentClasses = AbsentClasses.leading(of: sources.map(\.data))
    notes =
      sources.flatMap(\.data.notes)
      + AbsentClasses.notes(training: parts.train, validation: parts.1, test: parts.2)
      + (try RoundedInputs.note(parts.train, fitted).map { [$0] } ?? [])
    let weights = try data.classWeights?.resolved(for: parts.train)
    classWeights = weights
    training = try RunData.prepare(parts.train, fitted, classWeights: weights)
    let train = parts.train
    unprepared = weights.map { ClassWeighted(train, weights: $0) } ?? train
    validation = try parts.1.map { try RunData.prepare($0, fitted, classWeights: weights) }
    test = try parts.2.map { try RunData.prepare($0, fitted, classWeights: weights) }
  }

  /// Parts that were made otherwise, with what `data` tells of their origin.
  public init(
    _ data: RunData, training: any GatheringDataset, validation: (any GatheringDataset)?,
    test: (any GatheringDataset)?
  ) {
    schema = data.schema
    preprocessing = data.preprocessing
    classWeights = nil
    digests = data.digests
    notes = data.notes
    leadingAbsentClasses = data.leadingAbsentClasses
    self.training = training
    self.validation = validation
    self.test = test
    unprepared = training
    sources =
      [(training, "the training part")] + (validation.map { [($0, "the validation part")] } ?? [])
      + (test.map { [($0, "the test part")] } ?? [])
  }

  /// The metadata key of the digest of the samples' own weights.
  public static let sampleWeightsKey = "sample_weights"

  /// The data that `configuration` trains on: the training part weighed and drawn as it says, and the
  /// digest of the weights, where there are any.
  ///
  /// - Throws: `DatasetError` where there is no weight for each sample.
  func weighed(
    as configuration: RunConfiguration
  ) throws -> (data: RunData, weightsDigest: String?) {
    var data = self
    var digest: String?
    if let file = configuration.data.sampleWeights {
      let path = configuration.data.path(file)
      let weights = try SampleWeighted.weights(path: path)
      data.training = try SampleWeighted(training, weights: weights, path)
      data.unprepared = try SampleWeighted(unprepared, weights: weights, path)
      var sum = ParameterDigest()
      sum.add(RunData.sampleWeightsKey, shape: [weights.count], values: weights.span)
      digest = sum.finish()
    }
    if configuration.data.bootstrap {
      let key = RandomKey(seed: configuration.seed, purpose: .bootstrap)
      data.training = Subset.bootstrap(data.training, key: key)
      data.unprepared = Subset.bootstrap(data.unprepared, key: key)
    }
    return (data, digest)
  }

  /// Looks at all inputs and targets, whichever part they are in, as the network gets them.
  func checkAll(
    _ check: (any GatheringDataset, String) throws(DatasetError) -> Void
  ) throws(DatasetError) {
    for (data, name) in sources { try check(data, name) }
  }

  /// `part` prepared and weighed as the training part was; itself where nothing is to be done.
  public static func prepare(
    _ part: any GatheringDataset, _ preprocessing: Preprocessing, classWeights: [Float]? = nil
  ) throws -> any GatheringDataset {
    let prepared =
      preprocessing.isIdentity ? part : try PreprocessedDataset(part, preprocessing)
    return classWeights.map { ClassWeighted(prepared, weights: $0) } ?? prepared
  }
}

extension SplitConfiguration {
  /// The split in the terms of the data room.
  var plan: Split {
    Split(
      validation: validation, test: test, order: order,
      key: RandomKey(seed: seed, purpose: .split))
  }
}
