/// Where samples come from: a format with its files and options, paths already resolved.
public struct DataSourceSpec: Hashable, Sendable {
  /// The formats by their names in a configuration.
  public enum FormatName: String, Hashable, Sendable, CaseIterable {
    /// IDX, as MNIST has it.
    case idx
    /// Comma-separated values.
    case csv
    /// NumPy's arrays.
    case npy
    /// NumPy's archives.
    case npz
    /// The binary records of CIFAR-10.
    case cifar10
    /// A text.
    case text
    /// The embedded digits.
    case digits
    /// Made-up data.
    case synthetic
  }

  /// A format with its files and options.
  public enum Format: Hashable, Sendable {
    /// Two IDX files.
    case idx(inputs: String, targets: String?)
    /// One CSV file.
    case csv(path: String, options: CSVOptions)
    /// Two NPY files.
    case npy(inputs: String, targets: String?)
    /// Two arrays of one NPZ file.
    case npz(path: String, inputs: String, targets: String?)
    /// Files of CIFAR-10 records, one after the other.
    case cifar10(paths: [String])
    /// Windows of `length` characters of a text.
    case text(path: String, length: Int)
    /// The embedded digits.
    case digits
    /// Made-up data.
    case synthetic(SyntheticDataset)
  }

  /// One of several inputs: its name, and the file or array that holds it.
  public struct Part: Hashable, Sendable {
    /// The name by which a model reads it.
    public var name: String
    /// The file, or the array in an NPZ file.
    public var source: String

    /// The input `name` in `source`.
    public init(name: String, source: String) {
      self.name = name
      self.source = source
    }
  }

  /// The format with its files and options.
  public var format: Format
  /// The inputs by name, and the file or array of each, of NPY files or in an NPZ file; nil for one input
  /// without a name. A table names groups of columns in its options.
  public var parts: [Part]?
  /// How targets are to be understood where the format leaves it open.
  public var targets: TargetKind
  /// The file or array of the samples' weights beside NPY files or in an NPZ file; nil for none. A
  /// table names a column in its options.
  public var weights: String?
  /// The file or array of the lengths of sequences beside NPY files or in an NPZ file; nil where all are of
  /// full length. A table names a column in its options.
  public var lengths: String?
  /// Whether a table may lack the column of weights that the training data had: every record weighs 1 then.
  public var canLackWeights = false
  /// The label of the first class, where classes are numbers of an IDX, NPY or NPZ array.
  public var firstLabel = 0
  /// Only the first samples, so many; nil for all.
  public var take: Int?
  /// How much is taken into memory.
  public var limits: ReadLimits

  /// A source of the given properties.
  public init(
    _ format: Format, targets: TargetKind = .automatic, weights: String? = nil, take: Int? = nil,
    parts: [Part]? = nil, lengths: String? = nil, limits: ReadLimits = ReadLimits()
  ) {
    self.parts = parts
    self.lengths = lengths
    self.format = format
    self.targets = targets
    self.weights = weights
    self.take = take
    self.limits = limits
  }

  /// Opens the source.
  ///
  /// - Parameter schema: The schema of the training data, where this is another part: columns,
  ///   categories and classes are then those, and anything else is an error.
  public func open(matching schema: DataSchema? = nil) throws(DatasetError) -> any GatheringDataset
  {
    let dataset = try read(matching: schema)
    if let schema { try check(dataset.schema, against: schema) }
    guard let take, !(dataset is TextDataset) else { return dataset }
    return try Subset(dataset, first: take)
  }

  /// Opens the inputs alone, for predictions by a model that was trained on data of `schema`.
  ///
  /// Target files and columns are not looked at and need not be there.
  public func openInputs(matching schema: DataSchema) throws(DatasetError) -> any GatheringDataset {
    var inputsOnly = self
    inputsOnly.weights = nil
    switch format {
    case .idx(let inputs, _): inputsOnly.format = .idx(inputs: inputs, targets: nil)
    case .npy(let inputs, _): inputsOnly.format = .npy(inputs: inputs, targets: nil)
    case .npz(let path, let inputs, _):
      inputsOnly.format = .npz(path: path, inputs: inputs, targets: nil)
    case .csv(let path, let options):
      if let table = schema.table {
        let rows = try CSVReader.read(
          path: path, table: table, wantsTargets: false, limits: limits)
        return try windowed(rows, table.options)
      }
      var inputOptions = options
      inputOptions.targets = []
      inputOptions.weights = nil
      inputsOnly.format = .csv(path: path, options: inputOptions)
    case .text: return try open(matching: schema)
    case .cifar10, .digits, .synthetic: break
    }
    let dataset = try inputsOnly.read(matching: nil)
    try checkShape(dataset.schema, against: schema)
    guard let take else { return dataset }
    return try Subset(dataset, first: take)
  }

  private func read(matching schema: DataSchema?) throws(DatasetError) -> any GatheringDataset {
    let declared = schema?.target
    switch format {
    case .idx(let inputs, let targetPath):
      return try IDXReader.read(
        inputs: inputs, targets: targetPath, kind: targets, declared: declared,
        firstLabel: firstLabel, limits: limits)
    case .csv(let path, let options):
      if let table = schema?.table {
        try checkEnds(options, table.options)
        let rows = try CSVReader.read(
          path: path, table: table, wantsTargets: true, weights: options.weights,
          canLackWeights: canLackWeights, limits: limits)
        return try windowed(rows, table.options)
      }
      let rows = try CSVReader.read(path: path, options: options, kind: targets, limits: limits)
      return try windowed(rows, options)
    case .npy(let inputs, let targetPath):
      return try NPYReader.read(
        inputs: inputs, parts: parts, targets: targetPath, weights: weights, lengths: lengths,
        kind: targets, declared: declared, firstLabel: firstLabel, limits: limits)
    case .npz(let path, let inputs, let targetName):
      return try NPZReader.read(
        path: path, inputs: inputs, parts: parts, targets: targetName, weights: weights,
        lengths: lengths, kind: targets, declared: declared, firstLabel: firstLabel,
        limits: limits)
    case .cifar10(let paths): return try CIFARReader.read(paths: paths, limits: limits)
    case .text(let path, let length):
      return try TextReader.read(
        path: path, length: length, vocabulary: declared?.answerNames, take: take, limits: limits)
    case .digits: return try DigitsDataset.load()
    case .synthetic(let options): return try options.make()
    }
  }

  /// The samples that the records `rows` make.
  private func windowed(
    _ rows: ArrayDataset, _ options: CSVOptions
  ) throws(DatasetError) -> any GatheringDataset {
    guard let window = options.window else { return rows }
    return try Windowed(rows, window, name)
  }

  private func check(_ found: DataSchema, against schema: DataSchema) throws(DatasetError) {
    try checkShape(found, against: schema)
    guard found.target == schema.target else {
      throw DatasetError(
        .badRequest,
        "\(name) has \(described(found.target)); the training data have "
          + described(schema.target))
    }
  }

  /// A table is read by the training data's options; what it says of its sequences' ends must be the same.
  private func checkEnds(_ own: CSVOptions, _ options: CSVOptions) throws(DatasetError) {
    guard own.isPadded else { return }
    guard own.lengths == options.lengths, own.isRagged == options.isRagged else {
      throw DatasetError(
        .badRequest,
        "\(name): its lengths or ragged are not those of the training data, by whose columns it is read; say"
          + " the same for both")
    }
  }

  private func checkShape(_ found: DataSchema, against schema: DataSchema) throws(DatasetError) {
    guard found.inputShape == schema.inputShape else {
      throw DatasetError(
        .badRequest,
        "\(name) has samples of the shape \(found.inputShape); the training data have "
          + "\(schema.inputShape)")
    }
    guard (found.isPadded == true) == (schema.isPadded == true) else {
      throw DatasetError(
        .badRequest,
        schema.isPadded == true
          ? "\(name) tells no lengths of its sequences, as the training data do; give it lengths, or ragged"
          : "\(name) has sequences that end early, but those of the training data do not; give both lengths,"
            + " or neither")
    }
    guard found.parts == schema.parts else {
      func words(_ parts: [DataSchema.Part]?) -> String {
        parts.map { $0.map { "\($0.name) \($0.shape)" }.joined(separator: ", ") }
          ?? "one without a name"
      }
      throw DatasetError(
        .badRequest,
        "\(name) has the inputs \(words(found.parts)); the training data have \(words(schema.parts)),"
          + " in this order; give data of the training data's format")
    }
  }
}
