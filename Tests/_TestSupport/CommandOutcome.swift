/// How a command ended and what it wrote.
public struct CommandOutcome: Sendable, CustomStringConvertible {
  /// The exit code; 128 + n where signal n ended it.
  public var code: Int32
  /// Standard output.
  public var output: String
  /// Standard error, with the launcher's own text.
  public var error: String
  /// How long it ran.
  public var seconds: Double

  /// All of it, for a failed expectation.
  public var description: String {
    "exit code \(code) after \(seconds) s\noutput: \(output)\nerror: \(error)"
  }

  /// The lines of standard error without the text of `mpirun`.
  ///
  /// That is what stands between two of its rules, and its lines on help messages; a line of nntrain
  /// within them counts, since both write at once.
  public var messages: [String] {
    var lines = [String]()
    var isInside = false
    for line in error.split(separator: "\n", omittingEmptySubsequences: true) {
      if line.hasPrefix("----------") {
        isInside.toggle()
      } else if line.hasPrefix("nntrain: ") || !isInside && !CommandOutcome.isLaunchers(line) {
        lines.append(String(line))
      }
    }
    return lines
  }

  private static func isLaunchers(_ line: Substring) -> Bool {
    line.hasPrefix("[")
      && ["help message", "orte_base_help", "ORTE_ERROR_LOG"].contains { line.contains($0) }
      || line.hasPrefix("mpirun: ") || line.allSatisfy(\.isWhitespace)
      || line.contains("(some possibly by mpirun during cleanup)")
  }
}
