/// The history of a run: `metrics.jsonl`, one JSON object per line.
public enum MetricsFile {
  /// The name within a run directory.
  public static let name = "metrics.jsonl"

  /// The key of the objective of the last minibatch, which only lines on single steps have.
  public static let stepKey = "batch_objective"

  /// Whether `line` is about one step, not about an epoch.
  static func isStep(_ line: JSONValue) -> Bool { line[stepKey] != nil }

  /// The lines on epochs in the file `path`; none where it is absent.
  ///
  /// A last line without line feed was being written when the process died: it is left out.
  ///
  /// - Throws: `badContent` that names the line which is not JSON.
  public static func read(_ path: String) throws(FileError) -> [JSONValue] {
    try lines(try bytes(path) ?? [], path).map(\.value).filter { !isStep($0) }
  }

  /// Removes the lines of epochs after `epoch` and of steps after `step`, which a resumed run writes again.
  ///
  /// The others stay as they are, bit for bit. The file is replaced atomically.
  ///
  /// - Returns: The bytes that stay; none where the file is absent.
  @discardableResult
  public static func cut(
    _ path: String, toEpoch epoch: Int, step: Int = .max
  ) throws(FileError) -> [UInt8] {
    guard let bytes = try bytes(path) else { return [] }
    let kept = try cut(bytes, path, toEpoch: epoch, step: step)
    let file = try AtomicFile(path: path)
    try file.write(kept.span.bytes)
    try file.finish()
    return kept
  }

  /// The bytes of the lines of the first `epoch` epochs and `step` steps among `bytes`, the content of `path`.
  static func cut(
    _ bytes: [UInt8], _ path: String, toEpoch epoch: Int, step: Int
  ) throws(FileError) -> [UInt8] {
    try lines(bytes, path).filter { line in
      isStep(line.value)
        ? line.value["step"]?.int ?? 0 <= step : line.value["epoch"]?.int ?? 0 <= epoch
    }.flatMap(\.bytes)
  }

  /// The content of the file; nil where it is absent.
  static func bytes(_ path: String) throws(FileError) -> [UInt8]? {
    guard FileStatus(of: path) != nil else { return nil }
    let file = try OpenFile.reading(path)
    return try file.bytes(at: 0, count: file.status().size)
  }

  /// Each complete line of `bytes`, the content of `path`, its line feed included, and its value.
  private static func lines(
    _ bytes: [UInt8], _ path: String
  ) throws(FileError) -> [(bytes: [UInt8], value: JSONValue)] {
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
