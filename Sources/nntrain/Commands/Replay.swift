import ArgumentParser
import Configuration
import Formats
import OneDNN
import Training

/// Repeats the step in which a run diverged.
struct Replay: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Repeat a step that diverged; report the first non-finite layer, sample and operation.")

  @ArgumentParser.Argument(
    help: ArgumentHelp("A replay-step-….safetensors file of a run.", valueName: "bundle"))
  var path: String

  func run() throws {
    do {
      let reader = try SafetensorsReader(path: path)
      let bundle = try ReplayBundle(reader)
      let configuration = try ModelDescription(reader, environment: Output.environment)
        .configuration
      Library.setThreads(configuration.parallel.threads)
      let assembly = try RunAssembly(configuration, ranks: 1, shards: bundle.shards)
      let engine = try Engine()
      let outcome = try ShardReplay.run(
        bundle, reader, plan: assembly.plan, engine: engine, stream: Stream(engine: engine))
      Output.lines(lines(bundle, outcome))
      guard outcome.hasSameBits else {
        throw TrainingError(
          code: ExitCode.lockstep,
          "the replay has not the bits of the run; repeat it with its processor, its threads and its"
            + " versions of nntrain and oneDNN, and with the same data")
      }
    } catch {
      throw CommandEnd(alone: error)
    }
  }

  private func lines(_ bundle: ReplayBundle, _ outcome: ShardReplay.Outcome) -> [String] {
    [
      "step \(bundle.step), epoch \(bundle.epoch), shard \(bundle.shard + 1) of \(bundle.shards),"
        + " training samples \(bundle.samples.map(String.init).joined(separator: ", "))",
      "objective \(Text.number(outcome.objective)), "
        + (outcome.hasSameBits ? "the same bits as in the run" : "other bits than in the run"),
      outcome.finding.map { "first not finite: \($0)" } ?? "every number is finite",
    ]
  }
}
