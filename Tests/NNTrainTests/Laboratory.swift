import Testing
import _TestSupport

/// A small experiment in a folder, begun, cut and gone on with.
struct Laboratory {
  let folder: TemporaryFolder
  /// The path of the configuration.
  let configuration: String

  /// Six steps an epoch, and a checkpoint after every second step.
  init(_ folder: TemporaryFolder, epochs: Int, checkpoints: String = "2 steps") throws {
    self.folder = folder
    configuration = try folder.write(
      Experiments.digits("adam", training: "epochs: \(epochs), batch: 30, shards: 8")
        + "\ncheckpoints: {every: \(checkpoints), keep: 3}\n", to: "experiment.yaml")
  }

  /// The command that trains into the directory `run`.
  func command(
    _ run: String, ranks: Int?, _ words: [String] = [], set: [String] = [],
    environment: [String: String] = [:]
  ) -> Command {
    Command(
      [configuration, "--run", folder.path(run)] + words + set.flatMap { ["--set", $0] },
      ranks: ranks, environment: environment)
  }

  /// Trains to the end.
  func train(
    _ run: String, ranks: Int?, _ words: [String] = [], environment: [String: String] = [:]
  ) throws -> RunResult {
    let outcome = try command(run, ranks: ranks, words, environment: environment)
      .run(timeout: 120)
    try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
    return try RunResult(folder.path(run))
  }
}
