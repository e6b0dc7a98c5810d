/// What things are called in checkpoints.
public enum CheckpointNames {
  /// The folder within a run directory.
  public static let folder = "checkpoints"
  /// The version of the format that is written, and the newest that is read.
  static let version = 1

  /// The file of the checkpoint after `step` updates.
  public static func file(step: Int) -> String { "step-\(step).safetensors" }

  /// The step of the file `name`; nil where it is no checkpoint.
  static func step(ofFile name: String) -> Int? {
    guard name.hasPrefix("step-"), name.hasSuffix(".safetensors") else { return nil }
    let step = Int(name.dropFirst("step-".count).dropLast(".safetensors".count))
    return step.flatMap { $0 >= 0 && CheckpointNames.file(step: $0) == name ? $0 : nil }
  }

  /// The tensor of an optimizer's slot: `dense_1.weight@m`.
  static func slot(_ slot: String, of parameter: String) -> String { "\(parameter)@\(slot)" }

  /// The tensor of the sums of each shard over the epoch so far.
  static let epochSums = "@epoch_sums"

  /// The tensor of the bytes of `metrics.jsonl` so far.
  static let history = "@metrics"

  /// Whether a tensor is no parameter but what training needs beside them.
  static func isSupplement(_ tensor: String) -> Bool {
    tensor.split(separator: ".").last?.contains("@") == true
  }

  /// The keys of the metadata.
  enum Key {
    static let version = "nntrain_checkpoint"
    static let step = "step"
    static let epoch = "epoch"
    static let stepInEpoch = "step_in_epoch"
    static let isEpochComplete = "epoch_complete"
    static let isOver = "training_over"
    static let learningRate = "learning_rate"
    static let seconds = "seconds"
    static let epochSeconds = "epoch_seconds"
    static let state = "state"
    static let seed = "seed"
    static let shards = "shards"
    static let samples = "samples"
    static let figure = "figure"
    static let fingerprint = "fingerprint"
    static let configurationDigest = "configuration_digest"
  }
}
