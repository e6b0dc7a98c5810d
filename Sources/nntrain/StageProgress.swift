import Formats
import Training

/// Which stages of the run in a directory have made steps; the coordinator alone looks.
struct StageProgress {
  private let run: String
  /// The folders of all stages that have made one.
  private let begun: [String]

  /// Looks into the run directory `run`.
  init(run: String) throws {
    self.run = run
    var begun: [String] = []
    // There are none where the folder is absent.
    for name in (try? Folder.entries(of: run + "/stages")) ?? [] {
      let folder = "\(run)/stages/\(name)"
      let summary = try? JSONFile.read(folder + "/summary.json")
      let steps = try CheckpointStore(run: folder).steps()
      if steps.contains(where: { $0 > 0 }) || summary?["stopped"]?.bool == false {
        begun.append(name)
      }
    }
    self.begun = begun
  }

  /// Whether no stage has made steps with the value at `key` of the run's configuration, which only stages
  /// use, so that it may be another one from now on.
  func leavesOpen(_ key: String) -> Bool {
    func isAt(_ place: String) -> Bool { key == place || key.hasPrefix(place + ".") }
    if isAt("pretraining.dbn.up_down") { return !begun.contains { $0.hasSuffix("-up-down") } }
    return isAt("pretraining") && begun.isEmpty
  }

  /// Lets the stage in `folder` begin anew, where it has made no step, with settings that have changed.
  func forget(_ folder: String) throws(FileError) {
    guard !begun.contains(where: { folder == "stages/" + $0 }) else { return }
    for name in [CheckpointNames.folder + "/" + CheckpointNames.file(step: 0), "config.yaml"] {
      try Folder.remove("\(run)/\(folder)/\(name)")
    }
  }
}
