#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
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
    guard inputShape.allSatisfy({ $0 > 0 }), count > 0,
      let all = Shape(checking: [count] + inputShape), all.count <= greatest
    else {
      throw DatasetError(
        .badRequest,
        "synthetic data of \(count) samples of the shape \(inputShape) cannot be made; extents and "
          + "count are to be positive and the data at most 64 GB")
    }
    let inputs = normals(all.count, stream: 1)
    let stored: StoredTargets
    switch targets {
    case .classes(let classes):
      guard classes > 0, classes <= CategoryTable.greatestCount else {
        throw DatasetError(.badRequest, "synthetic data cannot have \(classes) classes")
      }
      let key = mix(seed &+ 2)
      stored = StoredTargets(
        classes: (0..<count).map { sample in
          // The high half of a product: uniform without the bias of a remainder.
          Int32(mix(key ^ UInt64(sample)).multipliedFullWidth(by: UInt64(classes)).high)
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

  /// Pairs of standard-normal numbers from pairs of uniform ones (Box and Muller, 1958).
  private func normals(_ count: Int, stream: UInt64) -> [Float] {
    let key = mix(seed &+ stream)
    var numbers = [Float](repeating: 0, count: count)
    var i = 0
    while i < count {
      let bits = mix(key ^ UInt64(i))
      // 32 bits each; the first is never 0, so its logarithm is finite.
      let radius = (-2 * log((Double(bits >> 32) + 1) * 0x1p-32)).squareRoot()
      let angle = 2 * Double.pi * Double(bits & 0xffff_ffff) * 0x1p-32
      numbers[i] = Float(radius * cos(angle))
      if i + 1 < count { numbers[i + 1] = Float(radius * sin(angle)) }
      i += 2
    }
    return numbers
  }
}
