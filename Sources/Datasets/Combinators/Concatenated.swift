import Tensors

/// Several data sets one after the other.
public final class Concatenated: GatheringDataset {
  /// What the samples mean: what the first part says.
  public let schema: DataSchema
  /// The number of samples of all parts.
  public let count: Int

  private let width: Int
  private let parts: [any GatheringDataset]
  /// The first sample of each part, and the end.
  private let starts: [Int]
  private var scratch: [Int] = []

  /// The samples of `parts`, in this order.
  ///
  /// - Throws: Where there is no part, or the parts' shapes, targets or columns differ.
  public init(_ parts: [any GatheringDataset]) throws(DatasetError) {
    guard let first = parts.first else {
      throw DatasetError(.badRequest, "a list of data files is empty; name at least one")
    }
    for (number, part) in parts.enumerated() where part.schema != first.schema {
      throw DatasetError(
        .badRequest,
        "file \(number + 1) of a list does not match the first: its samples have the shape "
          + "\(part.inputShape) and \(described(part.targets)), the first has "
          + "\(first.inputShape) and \(described(first.targets))")
    }
    self.parts = parts
    schema = first.schema
    width = first.inputWidth
    starts = parts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    count = starts[parts.count]
  }

  /// Writes the inputs of the samples `indices` to `output`.
  public func gatherInputs(
    _ indices: Span<Int>, into output: inout MutableSpan<Float>, rescaling: Rescaling?
  ) throws(DatasetError) {
    precondition(output.count == indices.count * width)
    var local: [Int] = []
    swap(&local, &scratch)
    defer { swap(&local, &scratch) }
    var done = 0
    while done < indices.count {
      let part = takeRun(indices, from: done, into: &local)
      let end = done + local.count
      var rows = output._mutatingExtracting(done * width..<end * width)
      try parts[part].gatherInputs(local.span, into: &rows, rescaling: rescaling)
      done = end
    }
  }

  /// Writes the targets of the samples `indices` to `output`.
  public func gatherTargets(
    _ indices: Span<Int>, into output: inout MutableSpan<Float>, form: TargetForm, width: Int
  ) {
    precondition(output.count == indices.count * width)
    var local: [Int] = []
    swap(&local, &scratch)
    defer { swap(&local, &scratch) }
    var done = 0
    while done < indices.count {
      let part = takeRun(indices, from: done, into: &local)
      let end = done + local.count
      var rows = output._mutatingExtracting(done * width..<end * width)
      parts[part].gatherTargets(local.span, into: &rows, form: form, width: width)
      done = end
    }
  }

  /// Writes the weights of the samples `indices` to `output`.
  public func gatherWeights(_ indices: Span<Int>, into output: inout MutableSpan<Float>) {
    var local: [Int] = []
    swap(&local, &scratch)
    defer { swap(&local, &scratch) }
    var done = 0
    while done < indices.count {
      let part = takeRun(indices, from: done, into: &local)
      let end = done + local.count
      var rows = output._mutatingExtracting(done..<end)
      parts[part].gatherWeights(local.span, into: &rows)
      done = end
    }
  }

  /// The class of one sample.
  public func classIndex(of sample: Int) -> Int {
    let part = part(of: sample)
    return parts[part].classIndex(of: sample - starts[part])
  }

  /// Collects the indices from `start` on that lie in one part; returns the part.
  private func takeRun(_ indices: Span<Int>, from start: Int, into local: inout [Int]) -> Int {
    let part = part(of: indices[start])
    let range = starts[part]..<starts[part + 1]
    local.removeAll(keepingCapacity: true)
    var k = start
    while k < indices.count, range.contains(indices[k]) {
      local.append(indices[k] - range.lowerBound)
      k += 1
    }
    return part
  }

  private func part(of sample: Int) -> Int {
    precondition(sample >= 0 && sample < count, "sample \(sample) of \(count)")
    var (low, high) = (0, parts.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if starts[middle] <= sample { low = middle } else { high = middle - 1 }
    }
    return low
  }
}
