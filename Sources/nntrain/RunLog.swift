import Formats
import Training

/// What a run tells: to the person who started it, and to `log.txt` in the run directory.
final class RunLog {
  private let file: AppendedFile?
  /// Whether nothing goes to the screen.
  let isQuiet: Bool
  private let isVerbose: Bool

  /// A log that also appends to `path`, where one is given.
  init(path: String?, isQuiet: Bool, isVerbose: Bool) throws {
    file = try path.map { path throws(FileError) in try AppendedFile(path: path) }
    self.isQuiet = isQuiet
    self.isVerbose = isVerbose
  }

  /// Tells one line; `details` stand behind it in the file, and on the screen if it is to be verbose.
  func tell(_ line: String, details: String? = nil) throws {
    try tell(ProgressLine(line), details: details)
  }

  /// The same for a line that is short on a narrow terminal.
  func tell(_ line: ProgressLine, details: String? = nil) throws {
    let whole = VisibleText.line(line.full)
    let full = details.map { whole + "  │  " + VisibleText.line($0) } ?? whole
    if !isQuiet { Output.write((isVerbose ? full : VisibleText.line(line.short)) + "\n") }
    try file?.append(line: full)
  }
}
