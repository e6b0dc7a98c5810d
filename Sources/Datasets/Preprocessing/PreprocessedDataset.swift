import Tensors

/// A data set with its inputs prepared; targets stay as they are.
///
/// Plain rescaling happens while the base gathers, in one pass. Tables with categories or gaps are
/// gathered first and encoded from there.
public final class PreprocessedDataset: GatheringDataset {
  /// What the samples mean, before preprocessing: what another file is to be matched with.
  public let sourceSchema: DataSchema
  /// What the samples mean: the source's schema with the shape after preprocessing.
  public let schema: DataSchema
  /// The number of samples.
  public var count: Int { base.count }

  private let base: any GatheringDataset
  private let rescaling: Rescaling?
  private let encoder: TableEncoder?
  private var scratch = FloatStorage(count: 0)

  /// `base` prepared by `preprocessing`.
  ///
  /// - Throws: Where the shapes or columns differ from those that were fitted.
  public init(
    _ base: any GatheringDataset, _ preprocessing: Preprocessing
  ) throws(DatasetError) {
    let source = base.schema
    guard source.inputShape == preprocessing.inputShape else {
      throw DatasetError(
        .badRequest,
        "the data have samples of the shape \(Shape(source.inputShape)); the preprocessing was "
          + "fitted to \(Shape(preprocessing.inputShape))")
    }
    self.base = base
    sourceSchema = source
    if let columns = preprocessing.columns {
      let counts = source.table?.inputs.map { $0.categories?.count ?? 0 } ?? []
      guard counts.count == columns.count,
        zip(columns, counts).allSatisfy({ ($0.categories?.max() ?? -1) < $1 })
      else {
        throw DatasetError(
          .badRequest,
          "the columns of the data are not those to which the preprocessing was fitted; read the "
            + "file with the schema of the training data")
      }
      encoder = TableEncoder(
        columns, shift: preprocessing.shift, scale: preprocessing.scale, categoryCounts: counts)
      rescaling = nil
    } else {
      encoder = nil
      rescaling = preprocessing.isIdentity ? nil : preprocessing.rescaling
    }
    var schema = source
    schema.inputShape = preprocessing.outputShape
    schema.parts = preprocessing.outputParts(source.parts)
    if encoder != nil { schema.table = nil }
    self.schema = schema
  }

  /// Writes the prepared inputs of the samples `indices` to `output`.
  public func gatherInputs(
    _ indices: Span<Int>, into output: inout MutableSpan<Float>, rescaling outer: Rescaling?
  ) throws(DatasetError) {
    if let encoder {
      let needed = indices.count * encoder.inputWidth
      if scratch.count < needed { scratch = FloatStorage(count: needed) }
      let scratch = scratch
      var raw = scratch.mutableSpan(0..<needed)
      try base.gatherInputs(indices, into: &raw, rescaling: nil)
      encoder.encode(scratch.span(0..<needed), into: &output)
    } else {
      try base.gatherInputs(indices, into: &output, rescaling: rescaling ?? outer)
      if rescaling == nil { return }
    }
    guard let outer else { return }
    let width = outer.width
    for k in 0..<indices.count {
      var row = output._mutatingExtracting(k * width..<(k + 1) * width)
      outer.apply(to: &row)
    }
  }

  /// Writes the targets of the samples `indices` to `output`.
  public func gatherTargets(
    _ indices: Span<Int>, into output: inout MutableSpan<Float>, form: TargetForm, width: Int
  ) {
    base.gatherTargets(indices, into: &output, form: form, width: width)
  }

  /// Writes the weights of the samples `indices` to `output`.
  public func gatherWeights(_ indices: Span<Int>, into output: inout MutableSpan<Float>) {
    base.gatherWeights(indices, into: &output)
  }

  /// The class of one sample.
  public func classIndex(of sample: Int) -> Int { base.classIndex(of: sample) }
}
