/// What the samples of a source mean: stored with a model, so that another file can be read alike.
public struct DataSchema: Hashable, Sendable, Codable {
  /// One column of a table.
  public struct Column: Hashable, Sendable, Codable {
    /// The name in the header line, if there is one.
    public var name: String?
    /// The position in the table, from 0.
    public var index: Int
    /// The texts that the column may hold, in the order of their numbers; nil for numbers.
    public var categories: [String]?

    /// A column of the given properties.
    public init(name: String?, index: Int, categories: [String]? = nil) {
      self.name = name
      self.index = index
      self.categories = categories
    }
  }

  /// The columns of a table (CSV).
  public struct Table: Hashable, Sendable, Codable {
    /// How the file is written.
    public var options: CSVOptions
    /// The number of columns of the training file.
    public var columnCount: Int
    /// The inputs, in the order of the sample's numbers.
    public var inputs: [Column]
    /// The targets; the categories of a class target are its classes.
    public var targets: [Column]
    /// Where the lengths of sequences stand; nil for none.
    public var lengths: Column?

    /// A table of the given columns.
    public init(
      options: CSVOptions, columnCount: Int, inputs: [Column], targets: [Column],
      lengths: Column? = nil
    ) {
      self.lengths = lengths
      self.options = options
      self.columnCount = columnCount
      self.inputs = inputs
      self.targets = targets
    }
  }

  /// One of several inputs of a sample, by name.
  public struct Part: Hashable, Sendable, Codable {
    /// The name by which a model reads it.
    public var name: String
    /// Its shape.
    public var shape: [Int]

    /// An input of the given name and shape.
    public init(name: String, shape: [Int]) {
      self.name = name
      self.shape = shape
    }
  }

  /// The shape of one sample before preprocessing.
  public var inputShape: [Int]
  /// The inputs by name, whose numbers lie one behind the other in a sample; nil where there is one without
  /// a name.
  public var parts: [Part]?
  /// Whether sequences may end early: behind their end stands NaN, which no file can hold; nil for no.
  public var isPadded: Bool?
  /// What the targets are; no values for a source without targets.
  public var target: TargetDescription
  /// The columns where the source is a table.
  public var table: Table?

  /// A schema of the given properties.
  public init(
    inputShape: [Int], target: TargetDescription, table: Table? = nil, parts: [Part]? = nil,
    isPadded: Bool? = nil
  ) {
    self.parts = parts
    self.isPadded = isPadded
    self.inputShape = inputShape
    self.target = target
    self.table = table
  }
}

extension TargetDescription {
  /// The description of data without targets.
  public static let absent = TargetDescription.values(width: 0)

  /// The names of the classes where a sample has one; nil otherwise.
  public var classNames: [String]? {
    if case .classes(let names) = self { names } else { nil }
  }

  /// The names of the classes of samples or of their steps; nil where the targets are values.
  public var answerNames: [String]? {
    switch self {
    case .classes(let names), .classSequences(let names, _): names
    case .values: nil
    }
  }
}
