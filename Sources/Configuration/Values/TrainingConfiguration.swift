/// How long a run trains, and into which pieces each step is cut.
public struct TrainingConfiguration: Hashable, Sendable {
  /// How many samples make one step.
  public enum BatchSize: Hashable, Sendable {
    /// So many; 1 is online learning.
    case samples(Int)
    /// All training samples: one step an epoch.
    case full
  }

  /// Into how many shards a minibatch is cut.
  public enum ShardCount: Hashable, Sendable {
    /// 8 on up to 8 ranks (the batch where that is smaller), else the next power of two that is not
    /// below the number of ranks.
    case automatic
    /// As many as there are ranks: the result then depends on their number.
    case ranks
    /// So many.
    case count(Int)
  }

  /// How long the run trains.
  public var length = RunLength.epochs(10)
  /// How many samples make one step.
  public var batch = BatchSize.samples(32)
  /// Into how many shards a minibatch is cut.
  public var shards = ShardCount.automatic
  /// The most samples of a shard that are computed at once.
  public var microBatch = 256
  /// How many batches make one update.
  public var accumulate = 1
  /// Whether an epoch leaves out its last samples where they do not fill a batch.
  public var dropLast = false

  /// The time after which the run stops, to be resumed.
  public var timeLimit: TimeLimit?

  /// The defaults: 10 epochs of batches of 32 samples.
  public init() {}

  static let section = Section(
    TrainingConfiguration(),
    fields: [
      Field(
        "epochs", \.length, .length,
        "How long to train: a number of epochs, or `500 steps`, or `10 minutes`. With `data.stream` an "
          + "epoch is a round, and unset it is `unlimited`: as long as records arrive."),
      Field(
        "batch", \.batch, .batch,
        "The samples of one step over all ranks; 1 is online learning, `full` all training samples."
      ),
      Field(
        "shards", \.shards, .shards,
        "The pieces of a batch that are computed one by one. Results are the same on every number "
          + "of ranks up to this. Unset it is 8 (at most the batch; beyond 8 ranks the next power "
          + "of two); with `ranks` it is the number of ranks, on which results then depend."),
      Field(
        "accumulate", \.accumulate, .integer(atLeast: 1, atMost: Bound.samples),
        "The batches of one update: with k an update takes k times `batch` samples in k times "
          + "`shards` shards, to the last bit as if both were written k times as large."),
      Field(
        "micro_batch", \.microBatch, .integer(atLeast: 1, atMost: Bound.samples),
        "The most samples of a shard computed at once; larger shards run in pieces, which bounds "
          + "the memory."),
      Field(
        "drop_last", \.dropLast, .truth,
        "Whether an epoch leaves out its last samples where they do not fill a batch."),
      Field(
        "time_limit", \.timeLimit, ValueCodec.timeLimit.optional,
        "The time after which a command writes a checkpoint and ends with exit code 75, counted "
          + "from its start; `--resume` goes on."),
    ])
}

extension ValueCodec<TrainingConfiguration.BatchSize> {
  static var batch: ValueCodec {
    .scalar(
      "an integer from 1 to \(Bound.samples), or full",
      schema: .alternatives([
        .integer(atLeast: 1, atMost: Bound.samples), .names(["full"]),
      ]),
      read: { node in
        if node.text == "full" { return .full }
        return node.integer(Int.self).flatMap {
          (1...Bound.samples).contains($0) ? .samples($0) : nil
        }
      },
      encode: {
        switch $0 {
        case .samples(let count): .plain("\(count)")
        case .full: .plain("full")
        }
      })
  }
}

extension ValueCodec<TrainingConfiguration.ShardCount> {
  static var shards: ValueCodec {
    .scalar(
      "an integer from 1 to \(Bound.shards), or ranks",
      schema: .alternatives([
        .integer(atLeast: 1, atMost: Bound.shards), .names(["ranks"]),
      ]),
      read: { node in
        if node.text == "ranks" { return .ranks }
        return node.integer(Int.self).flatMap { (1...Bound.shards).contains($0) ? .count($0) : nil }
      },
      encode: {
        switch $0 {
        case .automatic: .null
        case .ranks: .plain("ranks")
        case .count(let count): .plain("\(count)")
        }
      })
  }
}
