import Collectives
import Formats
import Layers
import Models
import OneDNN
import Tensors

/// Computes the shard of a ``ReplayBundle`` once more, on one rank, looking at every number.
public struct ShardReplay {
  /// What came out.
  public struct Outcome: Sendable {
    /// Whether objective and gradient have the bits that they had in the run.
    public var hasSameBits: Bool
    /// The sum of the samples' objectives.
    public var objective: Double
    /// Where the first number is not finite, in words; nil where all are finite.
    public var finding: String?
  }

  /// Repeats `bundle` with the parameters in `reader`.
  ///
  /// - Throws: `FileError` where the parameters do not fit the plan, ``TrainingError`` where the data
  ///   are not those of the run.
  public static func run(
    _ bundle: ReplayBundle, _ reader: SafetensorsReader, plan: RunPlan, engine: Engine,
    stream: Stream
  ) throws -> Outcome {
    guard !plan.graph.isSynchronized else {
      throw FileError(
        .badContent, reader.path,
        "is of a network whose shards share the statistics of batch normalization, so that none can be"
          + " computed alone; give a bundle that nntrain has written")
    }
    let shardPlan = plan.shardPlan
    let network = try Trainer.compile(plan, shardPlan, engine: engine, stream: stream)
    try ModelFile.read(reader, into: network.parameters)
    network.context.step = UInt64(bundle.step - 1)
    guard bundle.stepInEpoch < shardPlan.steps, bundle.shards == plan.shards else {
      throw ShardReplay.otherData(reader.path)
    }
    let positions = shardPlan.positions(step: bundle.stepInEpoch, shard: bundle.shard)
    guard !positions.isEmpty else { throw ShardReplay.otherData(reader.path) }
    let trace = DivergenceTrace(network)
    let result = try ShardPass(plan: plan, network: network)
      .run(positions, epoch: bundle.epoch - 1, look: trace)
    guard result.samples == bundle.samples else { throw ShardReplay.otherData(reader.path) }
    return Outcome(
      hasSameBits: bundle.bits == [result.objective.bitPattern, result.digest],
      objective: result.objective, finding: trace.finding)
  }

  private static func otherData(_ path: String) -> FileError {
    FileError(
      .badContent, path,
      "does not fit the data: the step has other samples now than in the run; bring its data back")
  }
}
