import Tensors

/// A data set with its inputs prepared; targets stay as they are.
///
/// Plain rescaling happens while the base gathers, in one pass. Numbers with more digits than single
/// precision holds are gathered first and rescaled in double precision; so are tables with categories or
/// gaps.
public final class PreprocessedDataset: GatheringDataset {
  /// What the samples mean, before preprocessing: what another file is to be matched with.
  public let sourceSchema: DataSchema
  /// What the samples mean: the source's schema with the shape after preprocessing.
  public let schema: DataSchema
  /// The number of samples.
  public var count: Int { base.count }
  /// What a person should know of how the base was read.
  public var notes: [String] { base.notes }

  private let base: any GatheringDataset
  private let rescaling: Rescaling?
  private let wideRescaling: WideRescaling?
  private let encoder: TableEncoder?
  private var scratch: [Double] = []

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
      wideRescaling = nil
    } else {
      encoder = nil
      let isWide = base.isWide && !preprocessing.isIdentity
      rescaling = preprocessing.isIdentity || isWide ? nil : preprocessing.rescaling
      wideRescaling = isWide ? preprocessing.wideRescaling : nil
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
    if encoder != nil || wideRescaling != nil {
      let needed = indices.count * base.inputWidth
      // Taken out of the object for the time of the call, since a span cannot outlive an access.
      var numbers: [Double] = []
      swap(&numbers, &scratch)
      defer { swap(&numbers, &scratch) }
      if numbers.count < needed { numbers = [Double](repeating: 0, count: needed) }
      var all = numbers.mutableSpan
      var raw = all._mutatingExtracting(first: needed)
      try base.gatherNumbers(indices, into: &raw)
      encoder?.encode(numbers.span.extracting(first: needed), into: &output)
      wideRescaling?.convert(numbers.span.extracting(first: needed), to: &output)
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
