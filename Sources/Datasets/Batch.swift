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

  /// Holds what `other` holds, which may be filled anew then.
  ///
  /// - Precondition: there is room for it, of the same widths.
  public func take(_ other: Batch) {
    precondition(
      other.count <= capacity && other.inputWidth == inputWidth && other.targetWidth == targetWidth,
      "\(other.count) samples for \(capacity)")
    count = other.count
    samples.removeAll(keepingCapacity: true)
    samples.append(contentsOf: other.samples)
    Batch.copy(other.inputs, to: inputs, count * inputWidth)
    Batch.copy(other.targets, to: targets, count * targetWidth)
    Batch.copy(other.weights, to: weights, count)
  }

  private static func copy(_ from: FloatStorage, to: FloatStorage, _ count: Int) {
    let values = from.span(0..<count)
    var copies = to.mutableSpan(0..<count)
    for i in 0..<count { copies[i] = values[i] }
  }
}
