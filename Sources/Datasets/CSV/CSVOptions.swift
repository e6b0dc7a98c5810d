/// How a CSV file is written and which of its columns mean what.
public struct CSVOptions: Hashable, Sendable, Codable {
  /// A column by its name in the header line, or by position.
  public enum ColumnReference: Hashable, Sendable, Codable {
    /// The column with this name.
    case name(String)
    /// The column at this position, from 0; from the end where negative.
    case index(Int)
  }

  /// What happens to a row that lacks a value in a column that is used.
  public enum MissingPolicy: String, Hashable, Sendable, Codable, CaseIterable {
    /// The file is refused.
    case error
    /// The row is left out.
    case drop
    /// The mean of the column over the training part stands in; in a column of categories, the
    /// missing value is a category of its own, "?". A row without a target is an error.
    case mean
  }

  /// Which input columns hold categories, to be encoded as one-hot.
  public enum Categorical: Hashable, Sendable, Codable {
    /// None: texts are errors.
    case none
    /// Those of texts; a column of both numbers and texts is an error.
    case automatic
    /// These, whatever they hold, and those of texts.
    case columns([ColumnReference])
  }

  /// Consecutive records as one sample: a stretch of a time series, and what comes after it.
  public struct Window: Hashable, Sendable, Codable {
    /// The records of a sample's inputs.
    public var length: Int
    /// How many records behind the last of these the target stands.
    public var horizon: Int

    /// Windows of `length` records, the target `horizon` behind them.
    public init(length: Int, horizon: Int = 1) {
      self.length = length
      self.horizon = horizon
    }
  }

  /// Columns that are one of several inputs.
  public struct Group: Hashable, Sendable, Codable {
    /// The input's name.
    public var name: String
    /// Its columns.
    public var columns: [ColumnReference]

    /// The input `name` of `columns`.
    public init(name: String, columns: [ColumnReference]) {
      self.name = name
      self.columns = columns
    }
  }

  /// Where the lengths of sequences stand, the steps of which are so many columns each.
  public struct Lengths: Hashable, Sendable, Codable {
    /// The column of the lengths, which is no input.
    public var column: ColumnReference
    /// The columns of a step.
    public var features: Int

    /// Lengths in `column`, in steps of `features` columns.
    public init(column: ColumnReference, features: Int = 1) {
      self.column = column
      self.features = features
    }
  }

  /// Whether what stands behind the end of a sequence is no value.
  var isPadded: Bool { lengths != nil || isRagged == true }

  /// Whether the first line names the columns.
  public var header: Bool
  /// The character between fields: one ASCII character, no quote.
  public var separator: String
  /// The target columns; none for data without targets.
  public var targets: [ColumnReference]
  /// The input columns; nil for all that are not targets.
  public var columns: [ColumnReference]?
  /// The input columns in named groups, in place of ``columns``; nil for one input without a name.
  public var groups: [Group]?
  /// How long the sequences of the records are; nil where every record is one of full length.
  public var lengths: Lengths?
  /// Whether records may end early, as their sequences do; nil for no.
  public var isRagged: Bool?
  /// The column of the samples' weights, which is no input; nil for none.
  public var weights: ColumnReference?
  /// What happens to missing values.
  public var missing: MissingPolicy
  /// The texts that mean a missing value.
  public var missingMarkers: [String]
  /// The input columns that hold categories.
  public var categorical: Categorical
  /// How many records make a sample; nil where each is one.
  public var window: Window?

  /// Options of the given values; by default no header line, commas, the last column as target,
  /// no missing values (empty or "?") and no categories.
  public init(
    header: Bool = false, separator: String = ",", targets: [ColumnReference] = [.index(-1)],
    columns: [ColumnReference]? = nil, missing: MissingPolicy = .error,
    missingMarkers: [String] = ["", "?"], categorical: Categorical = .none
  ) {
    self.header = header
    self.separator = separator
    self.targets = targets
    self.columns = columns
    self.missing = missing
    self.missingMarkers = missingMarkers
    self.categorical = categorical
  }

  /// Sets the policy from the one word of the configuration: `error`, `drop` or `mean`.
  ///
  /// Any other text is one more marker of missing values, and rows that carry one are dropped.
  public mutating func setMissing(_ word: String) {
    if let policy = MissingPolicy(rawValue: word) {
      missing = policy
    } else {
      missing = .drop
      missingMarkers.append(word)
    }
  }
}

extension CSVOptions.ColumnReference: CustomStringConvertible {
  /// The column as a configuration would write it: a number is a position, all else a name.
  public init(_ text: String) {
    self = Int(text).map(Self.index) ?? .name(text)
  }

  /// The name in quotes, or the position.
  public var description: String {
    switch self {
    case .name(let name): "\"\(name)\""
    case .index(let index): String(index)
    }
  }
}
