import Configuration
import Formats
import Training

/// Looks for the run that a command begins or goes on with; the coordinator alone does.
struct RunFinder {
  /// What was found.
  struct Found {
    /// The directory, held by its lock; nil where the run is finished or has none yet.
    var directory: RunDirectory?
    /// The path of a run that is finished.
    var finished: String?
    /// The checkpoint from which the run goes on, if there is one.
    var checkpoint: Checkpoint?
    /// The configuration with which the run got there.
    var before: RunConfiguration?
    /// Whether settings of stages have changed that those have made no step with.
    var hasNewStageSettings = false
    /// Newer checkpoints that are damaged.
    var damaged: [FileError] = []
    /// What a person should know.
    var notes: [String] = []
  }

  /// The folder of the runs that have no directory of their choice.
  static let root = "runs"

  let configuration: RunConfiguration
  let request: RunRequest
  let owner: RunOwner

  /// Finds the run that goes on, if one does, and takes its lock.
  func find() throws -> Found {
    var found = Found()
    guard request.resume else { return found }
    guard let path = try request.directory ?? newestUnfinished() else {
      found.notes.append("no unfinished run of this configuration is in \(RunFinder.root)")
      return found
    }
    guard try !Folder.entries(of: path).isEmpty else {
      found.notes.append("\(path) holds no run yet")
      return found
    }
    if RunFinder.isFinished(path, configuration) {
      try requireSameConfiguration(ofFinished: path)
      found.finished = path
      // Killed at its very end: the lock and half-written files go as the directory is closed.
      if RunLock.isLeft(in: path) { _ = try? RunDirectory.open(path, resume: true, owner: owner) }
      return found
    }
    let directory = try RunDirectory.open(path, resume: true, owner: owner)
    found.directory = directory
    if let dead = directory.deadOwner {
      found.notes.append("took over the lock of \(dead), which is dead")
    }
    let (checkpoint, damaged) = try CheckpointStore(run: path).newest()
    found.checkpoint = checkpoint
    found.damaged = damaged
    for error in damaged { found.notes.append("\(error); the one before is used") }
    // What goes on of an ensemble is its members.
    if checkpoint == nil, !configuration.ensemble.trainsMembers {
      found.notes.append("\(path) holds no checkpoint: starting at step 0")
    }
    let text = checkpoint?.configurationText ?? RunFinder.configurationText(in: path)
    guard let text else { return found }
    let before = try RunFinder.load(text, of: checkpoint, path + "/config.yaml")
    let changes = try changes(path, since: before, shards: checkpoint?.shards, &found)
    found.notes += changes
    found.before = before
    return found
  }

  /// The resolved configuration that lies in the run directory `path`; nil where none does.
  static func configurationText(in path: String) -> String? {
    text(path + "/config.yaml", limit: 1 << 24)
  }

  /// The text of a file in a run directory; nil where there is none that can be read, which other steps tell.
  private static func text(_ path: String, limit: Int) -> String? {
    guard let bytes = try? FileBytes.read(path, limit: limit) else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }

  /// The directory of a run that begins, made where it is absent.
  func begin() throws -> RunDirectory {
    if let path = request.directory {
      return try RunDirectory.open(path, resume: request.resume, owner: owner)
    }
    return try RunDirectory.create(
      named: configuration.name, in: RunFinder.root, at: .now(), owner: owner)
  }

  /// What has changed in the configuration since the run in `path` wrote its last checkpoint.
  ///
  /// - Throws: `ConfigurationError` where that would change what the run means.
  private func changes(
    _ path: String, since before: RunConfiguration, shards: Int?, _ found: inout Found
  ) throws -> [String] {
    let differences = before.differences(from: configuration)
    // A run that has begun itself has used all settings of its stages.
    let progress = shards == nil ? try StageProgress(run: path) : nil
    let open = differences.filter { progress?.leavesOpen($0.key) ?? false }
    found.hasNewStageSettings = !open.isEmpty
    let refused = RunFinder.refused(
      differences.filter { !open.contains($0) }, shards: shards, configuration)
    guard refused.isEmpty else {
      throw ConfigurationError(
        at: nil,
        "the run in \(path) cannot go on with another configuration: "
          + refused.map(\.description).joined(separator: "; ")
          + "; change that back, or start another run")
    }
    return differences.filter { $0.keepsMeaning || open.contains($0) }.map(\.description)
  }

  /// Checks that the finished run in `path` had this configuration, apart from what may change.
  ///
  /// - Throws: `ConfigurationError` naming the keys that would have made it another run.
  private func requireSameConfiguration(ofFinished path: String) throws {
    guard let text = RunFinder.configurationText(in: path) else { return }
    let before = try RunFinder.load(text, path + "/config.yaml")
    let refused = RunFinder.refused(
      before.differences(from: configuration),
      shards: RunFinder.summary(of: path)?["shards"]?.int, configuration)
    guard refused.isEmpty else {
      throw ConfigurationError(
        at: nil,
        "the run in \(path) is finished, with another configuration: "
          + refused.map(\.description).joined(separator: "; ")
          + "; change that back, or start another run")
    }
  }

  /// The summary in the run directory `path`; nil where none can be read.
  private static func summary(of path: String) -> JSONValue? {
    text(path + "/summary.json", limit: 1 << 30).flatMap { try? JSONValue(parsing: $0) }
  }

  /// The differences that change what a run means. Shards and threads are the checkpoint's.
  private static func refused(
    _ differences: [ConfigurationDifference], shards: Int?, _ present: RunConfiguration
  ) -> [ConfigurationDifference] {
    differences.filter { difference in
      if difference.key == "training.shards", case .count(let count) = present.training.shards {
        return shards.map { $0 != count * present.training.accumulate } ?? false
      }
      // A run that diverges goes back to where its checkpoints stand.
      if difference.key == "checkpoints.every", present.divergence.rollbacks > 0 { return true }
      return !difference.keepsMeaning
        && !["training.shards", "parallel.threads"].contains(difference.key)
    }
  }

  /// The configuration `text` of a checkpoint, or else of the file at `path`.
  private static func load(
    _ text: String, of checkpoint: Checkpoint?, _ path: String
  ) throws -> RunConfiguration {
    guard let file = checkpoint?.reader.path else { return try load(text, path) }
    do {
      return try load(text, file)
    } catch let error as ConfigurationError {
      throw FileError(
        .badContent, file,
        "has damaged metadata: configuration: \(error.description); use an earlier checkpoint, or the"
          + " nntrain that wrote it")
    }
  }

  private static func load(_ text: String, _ source: String) throws -> RunConfiguration {
    try ConfigurationLoader.load(text: text, source: source, name: "", folder: nil)
  }

  /// The newest run of this configuration that is not finished; nil where there is none.
  private func newestUnfinished() throws -> String? {
    let prefix = configuration.name + "-"
    // Behind the name stand the time, and a number where that was taken.
    func age(_ name: String) -> (Substring, Int) {
      let rest = name.dropFirst(prefix.count)
      let number = rest.dropFirst("20250131-235959-".count)
      return (rest.prefix("20250131-235959".count), Int(number) ?? 1)
    }
    let names = try Folder.entries(of: RunFinder.root).filter { $0.hasPrefix(prefix) }
    for name in names.sorted(by: { age($0) > age($1) }) {
      let path = RunFinder.root + "/" + name
      guard let text = RunFinder.configurationText(in: path),
        let before = try? RunFinder.load(text, path),
        RunFinder.refused(before.differences(from: configuration), shards: nil, configuration)
          .isEmpty,
        !RunFinder.isFinished(path, configuration)
      else { continue }
      return path
    }
    return nil
  }

  /// Whether the run in `path` has come to its end, and is not asked to go on beyond it.
  static func isFinished(_ path: String, _ configuration: RunConfiguration) -> Bool {
    guard let summary = summary(of: path), summary["stopped"]?.bool == false else { return false }
    let before = configurationText(in: path).flatMap { try? load($0, path) }
    switch (before?.training.length, configuration.training.length) {
    case (.epochs(let before)?, .epochs(let now)): return now <= before
    case (.steps(let before)?, .steps(let now)): return now <= before
    case (.minutes(let before)?, .minutes(let now)): return now <= before
    case (_, .epochs(let now)): return now <= summary["epochs"]?.int ?? 0
    case (_, .steps(let now)): return now <= summary["steps"]?.int ?? 0
    case (_, .minutes): return false
    // Whatever ended it, no record comes twice.
    case (_, .unlimited): return true
    }
  }
}
