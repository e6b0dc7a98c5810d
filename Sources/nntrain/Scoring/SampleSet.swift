import Configuration
import Datasets
import Training

/// A set of samples that a person names: a part of the data that a model was trained on.
enum SampleSet: String, CaseIterable {
  case train, validation, test

  /// The set of the data of `opened`, prepared as in training.
  ///
  /// - Throws: `DatasetError` where the data are absent, `TrainingError` where they have no such set.
  func open(of opened: OpenedModel) throws -> any GatheringDataset {
    let parts = try RunData(opened.description.configuration)
    let part: (any GatheringDataset)? =
      switch self {
      case .train: parts.training
      case .validation: parts.validation
      case .test: parts.test
      }
    guard let part else {
      throw TrainingError(
        code: ExitCode.badConfiguration,
        "the model's data have no \(rawValue) set; give --data train or a file")
    }
    return part
  }
}
