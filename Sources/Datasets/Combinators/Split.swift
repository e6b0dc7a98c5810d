import Tensors

/// The cutting of one source into a training, a validation and a test part; every sample is in
/// exactly one.
///
/// With N samples the validation part has round(N·validation) and the test part round(N·test); the
/// rest trains. Within a part samples keep the order of the source.
public struct Split: Hashable, Sendable {
  /// Who goes where.
  public enum Order: String, Hashable, Sendable {
    /// By a keyed permutation; class by class in proportion where targets are classes, of which each
    /// keeps a sample for training.
    case random
    /// In the order of the source, which for time series is the order of time: training, then
    /// validation, then test.
    case sequential
  }

  /// The parts of a source.
  public struct Parts {
    /// What is learnt from.
    public let train: Subset
    /// What is watched, or nil.
    public let validation: Subset?
    /// What is measured once, at the end, or nil.
    public let test: Subset?
  }

  /// The fraction of samples for validation.
  public var validation: Double
  /// The fraction of samples for the test.
  public var test: Double
  /// Who goes where.
  public var order: Order
  /// The key of the permutation.
  public var key: RandomKey

  /// A split of the given fractions.
  public init(
    validation: Double = 0, test: Double = 0, order: Order = .random, key: RandomKey
  ) {
    self.validation = validation
    self.test = test
    self.order = order
    self.key = key
  }

  /// Cuts `dataset`.
  ///
  /// The test part is drawn first, so it stays the same when the validation fraction changes. At random,
  /// a class keeps at least one sample for training, where the parts can be filled with others.
  ///
  /// - Throws: Where a fraction is not in 0..<1 or a part would be empty.
  public func parts(of dataset: any GatheringDataset) throws(DatasetError) -> Parts {
    let n = dataset.count
    let (trainCount, validationCount, testCount) = try counts(of: n)
    if order == .sequential {
      return Parts(
        train: Subset(dataset, Array(0..<trainCount)),
        validation: validation > 0
          ? Subset(dataset, Array(trainCount..<trainCount + validationCount)) : nil,
        test: test > 0 ? Subset(dataset, Array(trainCount + validationCount..<n)) : nil)
    }
    let part = assign(dataset, validationCount: validationCount, testCount: testCount)
    func subset(_ number: UInt8) -> Subset {
      Subset(dataset, part.indices.filter { part[$0] == number })
    }
    return Parts(
      train: subset(0), validation: validation > 0 ? subset(1) : nil,
      test: test > 0 ? subset(2) : nil)
  }

  /// The samples of each part of `n`.
  ///
  /// - Throws: Where a fraction is not in 0..<1 or a part would be empty.
  public func counts(
    of n: Int
  ) throws(DatasetError) -> (train: Int, validation: Int, test: Int) {
    for (name, fraction) in [("validation", validation), ("test", test)] {
      guard fraction >= 0, fraction < 1 else {
        throw DatasetError(
          .badRequest, "data.split.\(name) is \(fraction); a fraction from 0 to below 1 is expected"
        )
      }
    }
    let validationCount = Int((Double(n) * validation).rounded())
    let testCount = Int((Double(n) * test).rounded())
    let trainCount = n - validationCount - testCount
    guard trainCount > 0, validation == 0 || validationCount > 0, test == 0 || testCount > 0 else {
      throw DatasetError(
        .badRequest,
        "data.split cuts \(n) samples into \(max(0, trainCount)) for training, \(validationCount) "
          + "for validation and \(testCount) for the test; every part asked for needs at least one")
    }
    return (trainCount, validationCount, testCount)
  }

  /// The part of each sample: 0 trains, 1 validates, 2 tests.
  private func assign(
    _ dataset: any GatheringDataset, validationCount: Int, testCount: Int
  ) -> [UInt8] {
    let n = dataset.count
    var (classOf, classCounts): ((Int) -> Int, [Int]) = ({ _ in 0 }, [n])
    if let names = dataset.targets.classNames {
      classOf = dataset.classIndex
      classCounts = [Int](repeating: 0, count: names.count)
      for sample in 0..<n { classCounts[classOf(sample)] += 1 }
    }
    var testLeft = Split.apportion(
      testCount, by: classCounts, of: n, within: Split.keepingOne(testCount, of: classCounts))
    let rest = zip(classCounts, testLeft).map { $0 - $1 }
    var validationLeft = Split.apportion(
      validationCount, by: classCounts, of: n, within: Split.keepingOne(validationCount, of: rest))
    let permutation = KeyedPermutation(count: n, key: key)
    var part = [UInt8](repeating: 0, count: n)
    for position in 0..<n {
      let sample = permutation(position)
      let label = classOf(sample)
      if testLeft[label] > 0 {
        testLeft[label] -= 1
        part[sample] = 2
      } else if validationLeft[label] > 0 {
        validationLeft[label] -= 1
        part[sample] = 1
      }
    }
    return part
  }

  /// The most samples of each class that a part of `total` samples may take of `counts`: all but one, so
  /// that every class is trained on; all where the part could not be filled otherwise.
  private static func keepingOne(_ total: Int, of counts: [Int]) -> [Int] {
    let bounds = counts.map { max(0, $0 - 1) }
    return bounds.reduce(0, +) >= total ? bounds : counts
  }

  /// `total` places shared in proportion to `counts`, by the method of largest remainders, equal
  /// remainders in order; no share exceeds its bound.
  static func apportion(_ total: Int, by counts: [Int], of n: Int, within bounds: [Int]) -> [Int] {
    var shares = zip(counts, bounds).map { count, bound in
      min(bound, count * total / n)
    }
    let remainders = counts.map { ($0 * total) % n }
    let order = counts.indices.sorted { (-remainders[$0], $0) < (-remainders[$1], $1) }
    var missing = total - shares.reduce(0, +)
    while missing > 0 {
      let before = missing
      for i in order where missing > 0 && shares[i] < bounds[i] {
        shares[i] += 1
        missing -= 1
      }
      precondition(missing < before, "\(total) places for \(bounds.reduce(0, +)) samples")
    }
    return shares
  }
}
