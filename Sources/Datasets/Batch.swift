import Tensors

/// Room for some samples: inputs, targets and weights, row after row, allocated once.
public final class Batch {
  /// The largest number of samples.
  public let capacity: Int
  /// The numbers per sample of the inputs.
  public let inputWidth: Int
  /// The numbers per sample of the targets.
  public let targetWidth: Int
  /// The form in which targets are held.
  public let targetForm: TargetForm
  /// The inputs, `capacity` × `inputWidth`.
  public let inputs: FloatStorage
  /// The targets, `capacity` × `targetWidth`.
  public let targets: FloatStorage
  /// The weight of each sample: what its source and its class give it, 1 by default.
  public let weights: FloatStorage
  /// The number of samples now held.
  public var count = 0
  /// The numbers of the samples where a ``BatchSampler`` has chosen them: what dropout and augmentation
  /// are keyed by.
  public internal(set) var samples: [Int] = []

  /// Room for `capacity` samples.
  public init(capacity: Int, inputWidth: Int, targetWidth: Int, targetForm: TargetForm) {
    self.capacity = capacity
    self.inputWidth = inputWidth
    self.targetWidth = targetWidth
    self.targetForm = targetForm
    inputs = FloatStorage(count: capacity * inputWidth)
    targets = FloatStorage(count: capacity * targetWidth)
    weights = FloatStorage([Float](repeating: 1, count: capacity))
  }
}
