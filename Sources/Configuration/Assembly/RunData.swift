import Datasets
import Tensors

/// The opened and prepared parts of a run's data.
public struct RunData {
  /// What the samples mean, before preprocessing.
  public let schema: DataSchema
  /// What was fitted to the training part.
  public let preprocessing: Preprocessing
  /// The parts.
  public let training: any GatheringDataset
  /// What is watched.
  public let validation: (any GatheringDataset)?
  /// What is measured once, at the end.
  public let test: (any GatheringDataset)?

  /// Opens, splits and prepares the data of `configuration`.
  ///
  /// - Throws: `DatasetError` or ``ConfigurationError``.
  public init(_ configuration: RunConfiguration) throws {
    let data = configuration.data
    let source = try configuration.spec(of: data.train).open()
    schema = source.schema
    var parts: (train: any GatheringDataset, (any GatheringDataset)?, (any GatheringDataset)?)
    if data.split.validation > 0 || data.split.test > 0 {
      let cut = try data.split.plan.parts(of: source)
      parts = (cut.train, cut.validation, cut.test)
    } else {
      parts = (source, nil, nil)
    }
    if let own = data.validation {
      parts.1 = try configuration.spec(of: own).open(matching: schema)
    }
    if let own = data.test {
      parts.2 = try configuration.spec(of: own).open(matching: schema)
    }
    let fitted = try Preprocessing(fitting: data.preprocess, to: parts.train)
    preprocessing = fitted
    training = try RunData.prepare(parts.train, fitted)
    validation = try parts.1.map { try RunData.prepare($0, fitted) }
    test = try parts.2.map { try RunData.prepare($0, fitted) }
  }

  /// `part` prepared as the training part was; itself where nothing is to be done.
  public static func prepare(
    _ part: any GatheringDataset, _ preprocessing: Preprocessing
  ) throws -> any GatheringDataset {
    preprocessing.isIdentity ? part : try PreprocessedDataset(part, preprocessing)
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
