import Formats

/// The files in a run directory and what they are for, as a list at the end of a run.
enum RunFiles {
  /// The files by name, and what each one holds.
  private static let meanings: [(name: String, meaning: String)] = [
    ("model.safetensors", "the trained network, for nntrain evaluate and nntrain predict"),
    ("ensemble.json", "the members that predict together, for nntrain evaluate and predict"),
    ("summary.json", "the result: objective, metrics, digest of the parameters, times"),
    ("metrics.jsonl", "objective and metrics of every epoch"),
    ("learning-curves.svg", "the same as a picture; also as .png"),
    ("gradient-flow.svg", "gradients, activations and updates by layer; also as .png"),
    ("config.yaml", "the configuration with all defaults"),
    ("log.txt", "this text"),
    ("checkpoints", "states to resume from"),
    ("snapshots", "the network at the end of each cycle of the learning rate"),
    ("members", "the run directories of the members"),
    ("stages", "the run directories of the stages before the run"),
  ]

  /// A line for each file that is in `directory`, and for `summary.json`, which is written last.
  static func lines(in directory: String) throws(FileError) -> [String] {
    let present = Set(try Folder.entries(of: directory) + ["summary.json"])
    let known = meanings.filter { present.contains($0.name) }
    let width = known.map(\.name.count).max() ?? 0
    return known.map { name, meaning in
      "  " + name + String(repeating: " ", count: width - name.count) + "  " + meaning
    }
  }
}
