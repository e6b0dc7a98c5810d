/// One line about a run: whole for files, and as short as the terminal is narrow.
public struct ProgressLine: Sendable {
  /// The whole line.
  public var full: String
  /// The line that fits the terminal.
  public var short: String

  /// A line in two lengths.
  public init(full: String, short: String) {
    self.full = full
    self.short = short
  }

  /// A line of one length.
  public init(_ line: String) { self.init(full: line, short: line) }

  /// `text` in at most `columns` characters, with an ellipsis in place of what is cut.
  static func cut(_ text: String, to columns: Int) -> String {
    text.count <= columns ? text : String(text.prefix(max(1, columns - 1))) + "…"
  }
}
