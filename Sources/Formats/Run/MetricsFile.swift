/// The history of a run: `metrics.jsonl`, one JSON object per line.
public enum MetricsFile {
  /// The name within a run directory.
  public static let name = "metrics.jsonl"

  /// The lines of the file `path`; none where it is absent.
  ///
  /// A last line without line feed was being written when the process died: it is left out.
  ///
  /// - Throws: `badContent` that names the line which is not JSON.
  public static func read(_ path: String) throws(FileError) -> [JSONValue] {
    try lines(path).map(\.value)
  }

  /// Removes the lines of epochs after `epoch`, which a resumed run writes again.
  ///
  /// The others stay as they are, bit for bit. The file is replaced atomically.
  public static func cut(_ path: String, toEpoch epoch: Int) throws(FileError) {
    guard FileStatus(of: path) != nil else { return }
    let lines = try lines(path)
    let file = try AtomicFile(path: path)
    for line in lines where line.value["epoch"]?.int ?? 0 <= epoch {
      try file.write(line.bytes.span.bytes)
    }
    try file.finish()
  }

  /// Each complete line, its line feed included, and its value.
  private static func lines(
    _ path: String
  ) throws(FileError) -> [(bytes: [UInt8], value: JSONValue)] {
    guard FileStatus(of: path) != nil else { return [] }
    let file = try OpenFile.reading(path)
    let bytes = try file.bytes(at: 0, count: file.status().size)
    var lines: [(bytes: [UInt8], value: JSONValue)] = []
    var start = 0
    while let end = bytes[start...].firstIndex(of: 0x0A) {
      let line = Array(bytes[start...end])
      do throws(JSONError) {
        lines.append((line, try JSONValue(parsing: line)))
      } catch {
        throw FileError(
          .badContent, path,
          "line \(lines.count + 1) is \(error); restore the file or remove that line", cause: error)
      }
      start = end + 1
    }
    return lines
  }
}
