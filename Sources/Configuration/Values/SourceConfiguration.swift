import Datasets

/// Where samples come from: a file in some format, the embedded digits, or random numbers.
public struct SourceConfiguration: Hashable, Sendable {
  /// The formats of sources.
  public typealias Format = DataSourceSpec.FormatName
  /// A column of a table: by its name in the header, or by its position.
  public typealias Column = CSVOptions.ColumnReference

  /// What is done with a row in which a value is missing.
  public enum Missing: Hashable, Sendable {
    /// Reading fails and names the place.
    case error
    /// The row is left out.
    case drop
    /// The column's mean over the training part takes its place.
    case mean
    /// A text that marks missing values, whose rows are left out.
    case text(String)
    /// What is done, and the texts that mark missing values.
    case marked(CSVOptions.MissingPolicy, [String])
  }

  /// Where the inputs of samples are.
  public enum Inputs: Hashable, Sendable {
    /// One input in this file, or array of an NPZ file.
    case one(String)
    /// Several inputs by name.
    case several([Part])
  }

  /// One of several inputs: its name, and what holds it: columns of a table, a file or an array.
  public struct Part: Hashable, Sendable {
    /// The name by which the model reads it.
    public var name: String
    /// The columns of a table; elsewhere the one file or array.
    public var columns: [Column]
  }

  /// The format; never nil in a configuration that was read.
  public var format: Format?
  /// The file of inputs, the array in an NPZ file, or several inputs by name.
  public var inputs: Inputs?
  /// The file of targets, or the array in an NPZ file.
  public var targets: String?
  /// The file or files of the other formats.
  public var paths: [String]?
  /// Whether the first line of a table holds names.
  public var header: Bool?
  /// The target columns of a table; nil for the last one.
  public var target: [Column]?
  /// The input columns of a table; nil for all that are not targets.
  public var columns: [Column]?
  /// The character between the fields of a table; nil for a comma.
  public var separator: String?
  /// What is done where a value is missing; nil for an error.
  public var missing: Missing?
  /// The columns of a table that hold categories, whatever they look like.
  public var categorical: [Column]?
  /// The label of the first class in an array of labels; nil for 0.
  public var firstLabel: Int?
  /// How many records of a table make a sample; nil where each is one.
  public var window: CSVOptions.Window?
  /// The lengths of sequences: a column of a table, an NPY file, or an array in an NPZ file.
  public var lengths: CSVOptions.Lengths?
  /// Whether the records of a table may end early.
  public var ragged: Bool?
  /// The weights of samples: a column of a table, an NPY file, or an array in an NPZ file.
  public var weights: Column?
  /// The characters of a window of a text.
  public var length: Int?
  /// The shape of a random sample.
  public var shape: [Int]?
  /// The number of classes of random samples.
  public var classes: Int?
  /// The number of random target values of a sample, where there are no classes.
  public var values: Int?
  /// The number of random samples.
  public var count: Int?
  /// The seed of random samples.
  public var seed: UInt64?
  /// Uses only the first so many samples.
  public var take: Int?

  /// The inputs by name; nil where there is one without.
  var parts: [Part]? {
    if case .several(let parts) = inputs { parts } else { nil }
  }

  /// The array of the input by the name `part`.
  public func array(of part: String) -> String? {
    parts?.first { $0.name == part }?.columns.first?.text
  }

  /// The file or array of the one input.
  public var input: String? {
    if case .one(let name) = inputs { name } else { nil }
  }

  /// A source of nothing, to be filled in.
  public init() {}
}
