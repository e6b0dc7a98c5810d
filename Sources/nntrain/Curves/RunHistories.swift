import Formats
import Training

/// The histories of the runs that a person names by their directories.
struct RunHistories {
  /// The histories, in the order of the directories.
  let histories: [LearningHistory]

  /// Reads the runs at `paths`. A directory of a comparison or an ensemble stands for all its runs.
  ///
  /// - Throws: `FileError` where a directory is absent, holds no run, or its history is damaged.
  init(_ paths: [String]) throws(FileError) {
    var found: [LearningHistory] = []
    for path in paths {
      let path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
      let runs = try RunHistories.runs(in: path)
      for run in runs {
        let isAlone = paths.count == 1 && runs.count == 1
        found.append(try RunHistories.history(run.path, name: isAlone ? nil : run.name))
      }
    }
    histories = found
  }

  /// The run directories that `path` stands for, and their names.
  private static func runs(
    in path: String
  ) throws(FileError) -> [(path: String, name: String)] {
    guard try Folder.files(of: path) != nil else {
      throw FileError(
        .unreadable, path, "is no folder; give the directory of a run, such as runs/digits-…")
    }
    let metrics = path + "/" + MetricsFile.name
    if let stamp = Folder.stamp(of: metrics), stamp.size > 0 { return [(path, path)] }
    var below: [(path: String, name: String)] = []
    if Folder.stamp(of: path + "/comparison.json") != nil {
      for variant in try JSONFile.read(path + "/comparison.json")["variants"]?.array ?? [] {
        let title = variant["variant"]?.string ?? ""
        let runs = variant["runs"]?.array ?? []
        for run in runs {
          guard let folder = run["run"]?.string else { continue }
          let seed = runs.count > 1 ? ", seed \(run["seed"]?.int ?? 0)" : ""
          below.append((path + "/" + folder, title + seed))
        }
      }
    } else {
      let members = try Folder.entries(of: path + "/members")
      for name in members.sorted(by: { (Int($0) ?? .max, $0) < (Int($1) ?? .max, $1) }) {
        below.append((path + "/members/" + name, "member " + name))
      }
    }
    let runs = below.filter { (Folder.stamp(of: $0.path + "/" + MetricsFile.name)?.size ?? 0) > 0 }
    guard runs.isEmpty else { return runs }
    throw FileError(
      .badContent, path,
      Folder.stamp(of: metrics) == nil
        ? "holds no \(MetricsFile.name), so it is no run directory; give the directory of a run"
        : "has no finished epoch in \(MetricsFile.name) yet; try again after the first epoch")
  }

  private static func history(
    _ path: String, name: String?
  ) throws(FileError) -> LearningHistory {
    let lines = try MetricsFile.read(path + "/" + MetricsFile.name).filter { $0["epoch"] != nil }
    guard !lines.isEmpty else {
      throw FileError(
        .badContent, path,
        "has no finished epoch in \(MetricsFile.name) yet; try again after the first epoch")
    }
    let summary = path + "/summary.json"
    var result: JSONValue?
    if Folder.stamp(of: summary) != nil { result = try JSONFile.read(summary) }
    let stopping = result.flatMap { $0["early_stopping"] }
    let isRestored = stopping.flatMap { $0["restored"]?.bool } == true
    let own = result.flatMap { $0["name"]?.string } ?? RunHistories.name(of: path)
    return LearningHistory(
      name: name ?? own, epochs: lines,
      chosenEpoch: isRestored ? stopping.flatMap { $0["best_epoch"]?.int } : nil)
  }

  private static func name(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}
