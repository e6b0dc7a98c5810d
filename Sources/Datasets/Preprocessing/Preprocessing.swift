import Tensors

/// How inputs are prepared: what was asked for, and what was measured on the training part. Stored
/// with the model, and applied alike to every part, every other file and every prediction.
///
/// All steps on numbers collapse to one affine map (x − shift)·scale per feature of a vector, or per
/// channel of an image; a tensor of two dimensions has one map; a sequence in one row, or of records, has one
/// per feature, the same in every step. Shift and scale are found in double precision. They are applied in
/// double precision to tables and to arrays of 4-byte integers and 8-byte numbers, in single to others, so
/// a result may differ from the step by step formula by a unit in the last place.
public struct Preprocessing: Hashable, Sendable, Codable {
  /// How one column of a table is encoded.
  public struct Column: Hashable, Sendable, Codable {
    /// What stands in for a missing number: the mean over the training part.
    public var fill: Double?
    /// For a column of categories, the numbers of those that occur in the training part: each has
    /// its place in the one-hot group. Other known categories become zeros.
    public var categories: [Int]?
  }

  /// The steps, in order.
  public let steps: [PreprocessingStep]
  /// The shape of a sample before.
  public let inputShape: [Int]
  /// What is subtracted, per feature or channel.
  public let shift: [Double]
  /// What the difference is multiplied by, per feature or channel.
  public let scale: [Double]
  /// How columns are encoded; nil where all are plain numbers.
  public let columns: [Column]?
  /// How many records a sample of a time series has, or steps a sequence in one row, each prepared alike; nil
  /// where it is one record.
  public let records: Int?

  /// Fits `steps` to `dataset`, the training part, reading it at most once.
  ///
  /// - Parameter features: The numbers of a step, where a sample is a sequence in one row; nil where it is none.
  /// - Throws: Where a step cannot be: texts without one-hot, one-hot without texts, a divisor that
  ///   is no number, a column without any value.
  public init(
    fitting steps: [PreprocessingStep], to dataset: any GatheringDataset, features: Int? = nil
  ) throws(DatasetError) {
    self.steps = steps
    let schema = dataset.schema
    inputShape = schema.inputShape
    let inputs = schema.table?.inputs
    let hasCategories = inputs?.contains { $0.categories != nil } ?? false
    let fillsGaps = schema.table?.options.missing == .mean
    try Preprocessing.check(steps, hasCategories: hasCategories)
    let window = schema.table?.options.window?.length
    let width = Shape(inputShape).count
    let records = window ?? features.map { width / $0 }
    self.records = records
    guard window == nil || !(hasCategories || fillsGaps) else {
      throw DatasetError(
        .badRequest,
        "data.train.window goes with columns of numbers alone; leave one_hot and missing: mean out")
    }
    let groups =
      records.map { width / $0 } ?? Preprocessing.groups(inputShape)
    let needsStatistics =
      hasCategories || fillsGaps || steps.contains { $0 == .standardize || $0 == .minMax }
    let statistics =
      needsStatistics
      ? try InputStatistics(of: dataset, groups: groups, records: records ?? 1) : nil

    var shift = [Double](repeating: 0, count: groups)
    var scale = [Double](repeating: 1, count: groups)
    for group in 0..<groups where inputs?[group].categories == nil {
      let isEmpty = statistics.map { $0.counts[group] == 0 } ?? false
      // No sequence of the training part comes as far.
      if isEmpty, schema.isPadded == true { continue }
      if isEmpty, let column = inputs?[group] {
        let name = column.name.map { " (\"\($0)\")" } ?? ""
        throw DatasetError(
          .badContent,
          "column \(column.index)\(name) has no value in the training part; leave it out of columns"
        )
      }
      (shift[group], scale[group]) = Preprocessing.collapse(steps, statistics, group)
    }
    self.shift = shift
    self.scale = scale
    guard let inputs, hasCategories || fillsGaps else {
      columns = nil
      return
    }
    let present = try Preprocessing.presentCategories(inputs, dataset)
    columns = inputs.indices.map { i in
      inputs[i].categories == nil
        ? Column(fill: fillsGaps ? statistics?.mean(i) : nil) : Column(categories: present[i])
    }
  }

  /// The shape of a sample after.
  public var outputShape: [Int] {
    columns.map { [$0.reduce(0) { $0 + ($1.categories?.count ?? 1) }] } ?? inputShape
  }

  /// The inputs by name after, of samples whose inputs `parts` were.
  public func outputParts(_ parts: [DataSchema.Part]?) -> [DataSchema.Part]? {
    guard let columns, let parts else { return parts }
    var first = 0
    return parts.map { part in
      let own = columns[first..<first + Shape(part.shape).count]
      first = own.endIndex
      return DataSchema.Part(
        name: part.name, shape: [own.reduce(0) { $0 + ($1.categories?.count ?? 1) }])
    }
  }

  /// Whether every sample stays as it is.
  public var isIdentity: Bool {
    columns == nil && shift.allSatisfy { $0 == 0 } && scale.allSatisfy { $0 == 1 }
  }

  /// The map of numbers, in the precision in which it is applied.
  public var rescaling: Rescaling {
    if let records {
      func repeated(_ values: [Double]) -> [Float] {
        (0..<records).flatMap { _ in values.map { Float($0) } }
      }
      return Rescaling(shift: repeated(shift), scale: repeated(scale), plane: 1)
    }
    let plane = max(1, Shape(inputShape).count / shift.count)
    return Rescaling(shift: shift.map { Float($0) }, scale: scale.map { Float($0) }, plane: plane)
  }

  /// The map of numbers in double precision.
  var wideRescaling: WideRescaling {
    let plane = records == nil ? max(1, Shape(inputShape).count / shift.count) : 1
    return WideRescaling(shift: shift, scale: scale, plane: plane, records: records ?? 1)
  }

  static func groups(_ shape: [Int]) -> Int {
    switch shape.count {
    case 0, 2: 1
    default: max(1, shape[0])
    }
  }

  /// One map in place of all steps: each works on what the ones before leave of the statistics.
  private static func collapse(
    _ steps: [PreprocessingStep], _ statistics: InputStatistics?, _ group: Int
  ) -> (shift: Double, scale: Double) {
    var (shift, scale) = (0.0, 1.0)
    for step in steps {
      switch step {
      case .oneHot: break
      case .divide(let divisor): scale /= divisor
      case .standardize:
        guard let statistics else { break }
        // After (x − a)·s the mean is (mean − a)·s: subtracting it leaves (x − mean)·s.
        shift = statistics.mean(group)
        let deviation = statistics.deviation(group) * abs(scale)
        if deviation > 0 { scale /= deviation }
      case .minMax:
        guard let statistics else { break }
        let (low, high) = (statistics.minima[group], statistics.maxima[group])
        shift = scale < 0 ? high : low
        let range = (high - low) * abs(scale)
        if range > 0 { scale /= range }
      }
    }
    return (shift, scale)
  }

  private static func check(
    _ steps: [PreprocessingStep], hasCategories: Bool
  ) throws(DatasetError) {
    for case .divide(let divisor) in steps {
      guard divisor.isFinite, divisor != 0 else {
        throw DatasetError(
          .badRequest, "data.preprocess: inputs cannot be divided by \(divisor)")
      }
    }
    guard steps.contains(.oneHot) || !hasCategories else {
      throw DatasetError(
        .badRequest,
        "the data have columns of categories; add one_hot to data.preprocess to encode them")
    }
    guard !steps.contains(.oneHot) || hasCategories else {
      throw DatasetError(
        .badRequest,
        "data.preprocess asks for one_hot, but no input column holds categories; remove one_hot, or "
          + "name the columns of codes under data.train.categorical")
    }
  }

  /// The categories of each column that occur in `dataset`, in their order.
  private static func presentCategories(
    _ inputs: [DataSchema.Column], _ dataset: any GatheringDataset
  ) throws(DatasetError) -> [[Int]] {
    var seen = inputs.map { [Bool](repeating: false, count: $0.categories?.count ?? 0) }
    let categorical = inputs.indices.filter { inputs[$0].categories != nil }
    let row = FloatStorage(count: inputs.count)
    for sample in 0..<(categorical.isEmpty ? 0 : dataset.count) {
      var output = row.mutableSpan
      try dataset.gatherInputs([sample].span, into: &output, rescaling: nil)
      for i in categorical { seen[i][Int(output[i])] = true }
    }
    return seen.map { flags in flags.indices.filter { flags[$0] } }
  }
}
