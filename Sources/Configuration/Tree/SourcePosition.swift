/// Where a value was written: a place in a file, or a `--set` on the command line.
public enum SourcePosition: Hashable, Sendable, CustomStringConvertible {
  /// A line and a column, counted from 1, of a file or of a built-in experiment.
  case file(String, line: Int, column: Int)
  /// An override, as it was given.
  case override(String)
  /// Another option of the command line, as it was given.
  case option(String, String)

  /// `configs/a.yaml:14:9`, or `--set optimizer.lr=1`.
  public var description: String {
    switch self {
    case .file(let name, let line, let column): "\(name):\(line):\(column)"
    case .override(let text): "--set \(text)"
    case .option(let name, let text): "\(name) \"\(text)\""
    }
  }

  /// Whether the value came from the command line, against whose folder its paths are resolved.
  var isOverride: Bool {
    if case .override = self { true } else { false }
  }
}
