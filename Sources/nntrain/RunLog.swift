import Formats

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
    let line = VisibleText.line(line)
    let full = details.map { line + "  │  " + VisibleText.line($0) } ?? line
    if !isQuiet { Output.write((isVerbose ? full : line) + "\n") }
    try file?.append(line: full)
  }
}
