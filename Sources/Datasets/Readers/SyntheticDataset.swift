import Tensors

/// Made-up data of any size, for benchmarks: standard-normal inputs, and classes or targets that do
/// not depend on them.
///
/// Every number is a pure function of the seed and its position.
public struct SyntheticDataset: Hashable, Sendable, Codable {
  /// What the targets are.
  public enum Targets: Hashable, Sendable, Codable {
    /// Uniform random classes, so many.
    case classes(Int)
    /// Standard-normal values, so many per sample.
    case values(Int)
  }

  /// The shape of a sample.
  public var inputShape: [Int]
  /// What the targets are.
  public var targets: Targets
  /// The number of samples.
  public var count: Int
  /// The seed of all numbers.
  public var seed: UInt64

  /// A description of `count` samples.
  public init(inputShape: [Int], targets: Targets, count: Int, seed: UInt64 = 1) {
    self.inputShape = inputShape
    self.targets = targets
    self.count = count
    self.seed = seed
  }

  /// Makes the samples, in memory.
  ///
  /// - Throws: Where an extent or the number of samples, classes or values is not positive, or all
  ///   together are more than 64 GB.
  public func make() throws(DatasetError) -> ArrayDataset {
    let greatest = (64 << 30) / 4
    guard inputShape.allSatisfy({ $0 > 0 }), count > 0, count <= greatest,
      let all = Shape(checking: [count] + inputShape), all.count <= greatest
    else {
      throw DatasetError(
        .badRequest,
        "synthetic data of \(count) samples of the shape \(inputShape) cannot be made; extents and "
          + "count are to be positive and the data at most 64 GB")
    }
    var width = 1
    if case .values(let count) = targets { width = max(1, min(count, greatest)) }
    try SyntheticDataset.require(
      4 * (all.count + count * width), "synthetic data of \(count) samples")
    let inputs = normals(all.count, stream: 1)
    let stored: StoredTargets
    switch targets {
    case .classes(let classes):
      guard classes > 0, classes <= CategoryTable.greatestCount else {
        throw DatasetError(.badRequest, "synthetic data cannot have \(classes) classes")
      }
      let key = RandomKey(seed: seed, purpose: .synthetic).derive(2)
      let draws = FloatStorage(count: count)
      var uniform = draws.mutableSpan
      fillUniform(&uniform, low: 0, high: 1, key: key)
      stored = StoredTargets(
        classes: (0..<count).map { sample in
          min(Int32(classes) - 1, Int32(draws.base[sample] * Float(classes)))
        }, names: (0..<classes).map(String.init))
    case .values(let width):
      guard width > 0, width <= greatest / count else {
        throw DatasetError(.badRequest, "synthetic data cannot have \(width) target values")
      }
      stored = StoredTargets(values: normals(count * width, stream: 3), width: width)
    }
    return try ArrayDataset(
      "synthetic data", rows: FloatRows(inputs, count: count, width: all.count / count),
      inputShape: inputShape, targets: stored)
  }

  /// Checks that `bytes` bytes can be allocated for `name`.
  private static func require(_ bytes: Int, _ name: String) throws(DatasetError) {
    guard let available = AvailableMemory.current(), bytes > available.bytes else { return }
    throw DatasetError(
      .badRequest,
      "\(name) need \(bytes >> 20) MiB of memory, but \(available.bytes >> 20) MiB are available"
        + " (\(available.limit)); use fewer samples or smaller ones")
  }

  /// Standard-normal numbers of one stream of the seed.
  private func normals(_ count: Int, stream: UInt64) -> [Float] {
    var numbers = [Float](repeating: 0, count: count)
    var values = numbers.mutableSpan
    fillNormal(
      &values, mean: 0, standardDeviation: 1,
      key: RandomKey(seed: seed, purpose: .synthetic).derive(stream))
    return numbers
  }
}
