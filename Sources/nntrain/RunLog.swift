import Formats

/// What a run tells: to the person who started it, and to `log.txt` in the run directory.
final class RunLog {
  private let file: AppendedFile?
  /// Whether nothing goes to the screen.
  let isQuiet: Bool

  /// A log that also appends to `path`, where one is given.
  init(path: String?, isQuiet: Bool) throws {
    file = try path.map { path throws(FileError) in try AppendedFile(path: path) }
    self.isQuiet = isQuiet
  }

  /// Tells one line.
  func tell(_ line: String) throws {
    if !isQuiet { Output.write(line + "\n") }
    try file?.append(line: line)
  }
}
