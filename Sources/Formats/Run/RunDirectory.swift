/// The directory into which one run writes, held by its lock.
///
/// Only one rank opens it. Nothing that is there is ever overwritten by another run.
public final class RunDirectory {
  /// Its path, as given or chosen.
  public let path: String
  private let lock: RunLock
  private var metrics: AppendedFile?
  /// The bytes of `metrics.jsonl` as this process has found and continued it.
  public private(set) var history: [UInt8] = []

  private init(path: String, owner: RunOwner) throws(FileError) {
    self.path = path
    lock = try RunLock(in: path, owner: owner)
  }

  /// A new directory `<root>/<name>-<UTC time>`, with `-2`, `-3` … where that is taken.
  public static func create(
    named name: String, in root: String = "runs", at time: UTCTime, owner: RunOwner
  ) throws(FileError) -> RunDirectory {
    try Folder.create(root)
    let base = root + "/" + name + "-" + time.compact
    var path = base
    var number = 1
    while try !Folder.createNew(path) {
      number += 1
      path = base + "-\(number)"
    }
    return try RunDirectory(path: path, owner: owner)
  }

  /// The directory `path`, made where it is absent.
  ///
  /// - Throws: `cannotWrite` where it holds anything and `resume` is false, where another job holds
  ///   its lock, and where it is read-only.
  public static func open(
    _ path: String, resume: Bool, owner: RunOwner
  ) throws(FileError) -> RunDirectory {
    try Folder.create(path)
    // Looked at again under the lock, since another job may have been faster.
    if !resume { try requireEmpty(path) }
    let directory = try RunDirectory(path: path, owner: owner)
    if !resume { try requireEmpty(path) }
    try directory.removeLeftovers()
    return directory
  }

  /// The path of `name` within the directory.
  public func path(of name: String) -> String { path + "/" + name }

  /// The names of all entries but the lock, sorted.
  public func entries() throws(FileError) -> [String] { try RunDirectory.entries(of: path) }

  /// Makes the folder `name` and returns its path.
  public func createFolder(_ name: String) throws(FileError) -> String {
    let folder = path(of: name)
    try Folder.create(folder)
    return folder
  }

  /// Writes `text` to the file `name`, atomically.
  public func write(_ text: String, to name: String) throws(FileError) {
    let file = try AtomicFile(path: path(of: name))
    try file.write(text)
    try file.finish()
  }

  /// Writes `value` to the file `name`, indented and ended by a line feed, atomically.
  public func write(_ value: JSONValue, to name: String) throws(FileError) {
    try write(value.serialized(pretty: true) + "\n", to: name)
  }

  /// Appends `line` to `metrics.jsonl`, in one write call and past every buffer of the process.
  public func append(metrics line: JSONValue) throws(FileError) {
    if metrics == nil { metrics = try AppendedFile(path: path(of: MetricsFile.name)) }
    let text = line.serialized()
    try metrics?.append(line: text)
    history += Array((text + "\n").utf8)
  }

  /// Cuts `metrics.jsonl` back to the lines of the first `epoch` epochs and `step` steps.
  public func cutMetrics(toEpoch epoch: Int, step: Int = .max) throws(FileError) {
    metrics = nil
    history = try MetricsFile.cut(path(of: MetricsFile.name), toEpoch: epoch, step: step)
  }

  /// Brings `metrics.jsonl` to the lines of the first `epoch` epochs and `step` steps of `known`, what a checkpoint holds of it.
  ///
  /// - Returns: Whether the file had other lines of these epochs, or was absent.
  public func restoreMetrics(
    _ known: [UInt8], toEpoch epoch: Int, step: Int
  ) throws(FileError) -> Bool {
    metrics = nil
    let path = path(of: MetricsFile.name)
    history = try MetricsFile.cut(known, path, toEpoch: epoch, step: step)
    var found: [UInt8]?
    do {
      let bytes = try MetricsFile.bytes(path)
      found = try bytes.map { (bytes) throws(FileError) in
        try MetricsFile.cut(bytes, path, toEpoch: epoch, step: step)
      }
    } catch  where error.kind == .badContent {
      found = nil
    }
    try write(String(decoding: history, as: UTF8.self), to: MetricsFile.name)
    return found != history
  }

  /// Makes sure that `metrics.jsonl` is on the disk as this process has written it.
  ///
  /// - Returns: Whether the file had to be written again.
  public func settleMetrics() throws(FileError) -> Bool {
    let path = path(of: MetricsFile.name)
    metrics = nil
    if try MetricsFile.bytes(path) == history {
      try Folder.synchronize(path)
      return false
    }
    try write(String(decoding: history, as: UTF8.self), to: MetricsFile.name)
    return true
  }

  /// Who held the lock before and is dead, if somebody did.
  public var deadOwner: RunOwner? { lock.deadOwner }

  private static func requireEmpty(_ path: String) throws(FileError) {
    let entries = try entries(of: path)
    guard let first = entries.first else { return }
    throw FileError(
      .cannotWrite, path,
      "is not empty (it holds \(first)\(entries.count > 1 ? " and more" : "")); add --resume to "
        + "continue the run there, or choose another directory")
  }

  private static func entries(of path: String) throws(FileError) -> [String] {
    try Folder.entries(of: path).filter { $0 != RunLock.fileName }
  }

  /// Removes half-written files of a killed process, here and one level below.
  private func removeLeftovers() throws(FileError) {
    try AtomicFile.removeLeftovers(in: path)
    for name in try entries() where FileStatus(of: path(of: name))?.kind == .folder {
      try AtomicFile.removeLeftovers(in: path(of: name))
    }
  }
}
