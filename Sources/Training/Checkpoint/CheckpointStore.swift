import Formats

/// The checkpoints of one run: a folder of files `step-<n>.safetensors`.
public struct CheckpointStore: Sendable {
  /// The folder, which need not be there.
  public let folder: String

  /// The checkpoints of the run directory `run`.
  public init(run: String) { folder = run + "/" + CheckpointNames.folder }

  /// The path of the checkpoint after `step` updates.
  public func path(step: Int) -> String { folder + "/" + CheckpointNames.file(step: step) }

  /// The steps of which there is a checkpoint, in order.
  public func steps() throws(FileError) -> [Int] {
    try Folder.entries(of: folder).compactMap(CheckpointNames.step).sorted()
  }

  /// The newest whole checkpoint of those whose number of updates suits, and why newer ones cannot be
  /// used.
  ///
  /// - Returns: no checkpoint where there is none at all.
  /// - Throws: `FileError` where there are only damaged ones, each named, and where the newest was
  ///   written by a newer version or can't be read.
  public func newest(
    where suits: (Int) -> Bool = { _ in true }
  ) throws(FileError) -> (checkpoint: Checkpoint?, damaged: [FileError]) {
    var damaged: [FileError] = []
    for step in try steps().reversed() where suits(step) {
      do {
        return (try Checkpoint(path: path(step: step)), damaged)
      } catch {
        guard error.kind == .badContent, !Checkpoint.isOfNewerVersion(error) else { throw error }
        damaged.append(error)
      }
    }
    guard damaged.isEmpty else {
      throw FileError(
        .badContent, folder,
        "no checkpoint can be used: " + damaged.map(\.description).joined(separator: "; "))
    }
    return (nil, [])
  }

  /// Puts damaged files aside, so that they do not count as checkpoints any more.
  public func setAside(_ damaged: [FileError]) throws(FileError) {
    for error in damaged { try Folder.rename(error.path, to: error.path + ".damaged") }
  }

  /// The value that the checkpoint after `step` updates has of the figure by which the best are
  /// chosen; nil where it has none or is damaged.
  func figure(step: Int) -> Double? {
    let reader = try? SafetensorsReader(path: path(step: step))
    return reader?.metadata[CheckpointNames.Key.figure].flatMap(Double.init)
      .flatMap { $0.isFinite ? $0 : nil }
  }

  /// Removes all but the newest `keep`, those of `others`, and of the multiples of `period` the newest two.
  ///
  /// A run that diverges goes back to one of those two: the newest may hold the very parameters.
  func prune(keep: Int, others: Set<Int>, period: Int? = nil) throws(FileError) {
    let steps = try steps()
    let regular = steps.filter { step in period.map { step.isMultiple(of: $0) } ?? false }.suffix(2)
    for step in steps.dropLast(keep) where !others.contains(step) && !regular.contains(step) {
      try Folder.remove(path(step: step))
    }
  }

  /// Removes those of more than `step` updates, the newest first, so that what is left is always the
  /// beginning of one run.
  public func remove(after step: Int) throws(FileError) {
    for later in try steps().reversed() where later > step { try Folder.remove(path(step: later)) }
  }
}
