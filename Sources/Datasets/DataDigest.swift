import Tensors

/// Numbers by which the content of a data set is compared: over ranks, and between the beginning of a run and
/// its resumption.
///
/// Content in memory counts as a whole. Of inputs that are read from a file when they are needed, and of samples
/// that are put together from others, at most ``mostNumbers`` numbers count: those of rows evenly spread from
/// the first on. Targets and weights always count as a whole. See `contentDigest` for what the numbers
/// promise.
public struct DataDigest: Hashable, Sendable {
  /// The number of samples.
  public var samples: Int
  /// That of the inputs.
  public var inputs: UInt64
  /// Whether all inputs count, by their bytes in memory.
  public var isWhole: Bool
  /// That of the targets; 0 where there are none.
  public var targets: UInt64
  /// That of the samples' weights; 0 where the source has none.
  public var weights: UInt64

  /// The most numbers of inputs that count where not all do.
  public static let mostNumbers = 1 << 20

  /// A digest of the given numbers.
  public init(samples: Int, inputs: UInt64, isWhole: Bool, targets: UInt64, weights: UInt64) {
    self.samples = samples
    self.inputs = inputs
    self.isWhole = isWhole
    self.targets = targets
    self.weights = weights
  }

  /// The words for what differs from `other`, such as `targets`; nil where nothing does.
  public func difference(from other: DataDigest) -> String? {
    if samples != other.samples { return "number of samples" }
    if isWhole == other.isWhole, inputs != other.inputs { return "inputs" }
    if targets != other.targets { return "targets" }
    if weights != other.weights { return "weights" }
    return nil
  }
}

extension GatheringDataset {
  /// The digest of the data set, by what it gathers.
  public func contentDigest() throws(DatasetError) -> DataDigest {
    DataDigest(
      samples: count, inputs: try gatheredInputDigest(), isWhole: false,
      targets: gatheredTargetDigest(), weights: gatheredWeightDigest())
  }

  /// The digest of the inputs by gathering some of them, or all where they are few.
  func gatheredInputDigest() throws(DatasetError) -> UInt64 {
    let width = max(1, inputWidth)
    let looked = min(count, max(1, DataDigest.mostNumbers / width))
    var parts: [UInt64] = []
    let size = max(1, min(looked, (1 << 16) / width))
    let storage = FloatStorage(count: size * width)
    var done = 0
    while done < looked {
      let rows = (done..<min(done + size, looked)).map { $0 * count / looked }
      var values = storage.mutableSpan(0..<rows.count * width)
      try gatherInputs(rows.span, into: &values, rescaling: nil)
      parts.append(Tensors.contentDigest(storage.span(0..<rows.count * width).bytes))
      done += rows.count
    }
    return bitDigest(parts)
  }

  private func gatheredTargetDigest() -> UInt64 {
    let form: TargetForm
    let width: Int
    switch targets {
    case .classes: (form, width) = (.classIndex, 1)
    case .classSequences(_, let steps): (form, width) = (.classIndex, steps)
    case .values(let values): (form, width) = (.values, values)
    }
    guard width > 0 else { return 0 }
    return digest(width: width) { rows, values in
      gatherTargets(rows, into: &values, form: form, width: width)
    }
  }

  private func gatheredWeightDigest() -> UInt64 {
    digest(width: 1) { rows, values in gatherWeights(rows, into: &values) }
  }

  /// The digest of `width` numbers of every sample, which `gather` writes.
  private func digest(
    width: Int, _ gather: (Span<Int>, inout MutableSpan<Float>) -> Void
  ) -> UInt64 {
    let size = max(1, min(count, (1 << 16) / width))
    let storage = FloatStorage(count: size * width)
    var parts: [UInt64] = []
    var done = 0
    while done < count {
      let rows = Array(done..<min(done + size, count))
      var values = storage.mutableSpan(0..<rows.count * width)
      gather(rows.span, &values)
      parts.append(Tensors.contentDigest(storage.span(0..<rows.count * width).bytes))
      done += rows.count
    }
    return bitDigest(parts)
  }
}
