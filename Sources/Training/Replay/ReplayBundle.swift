import Formats
import Models
import Tensors

/// What is needed to compute a shard that diverged once more: the parameters as they were before the
/// step, its place, and in the metadata of a model everything else.
public struct ReplayBundle: Sendable {
  /// The step, counted from 1.
  public let step: Int
  /// The epoch, counted from 1.
  public let epoch: Int
  /// The step within the epoch, counted from 0.
  public let stepInEpoch: Int
  /// The shard, counted from 0.
  public let shard: Int
  /// The shards of a step.
  public let shards: Int
  /// The samples of the shard, by their numbers in the training part.
  public let samples: [Int]
  /// The bits of the shard's objective, and one number of those of its samples and its gradient.
  let bits: [UInt64]

  /// The file of a bundle in a run directory.
  static func file(step: Int) -> String { "replay-step-\(step).safetensors" }

  private enum Key {
    static let place = "replay_place"
    static let samples = "replay_samples"
    static let bits = "replay_bits"
  }

  init(
    step: Int, epoch: Int, stepInEpoch: Int, shard: Int, shards: Int, samples: [Int],
    bits: [UInt64]
  ) {
    self.step = step
    self.epoch = epoch
    self.stepInEpoch = stepInEpoch
    self.shard = shard
    self.shards = shards
    self.samples = samples
    self.bits = bits
  }

  /// Writes the bundle to the run directory `run`; its path.
  func write(
    _ store: ParameterStore, metadata: [(String, String)], run: String
  ) throws(FileError) -> String {
    let path = run + "/" + ReplayBundle.file(step: step)
    let place = [step, epoch, stepInEpoch, shard, shards].map { JSONValue($0) }
    try ModelFile.write(
      store,
      metadata: metadata + [
        (Key.place, JSONValue.array(place).serialized()),
        (Key.samples, JSONValue.array(samples.map { JSONValue($0) }).serialized()),
        (Key.bits, JSONValue.array(bits.map { JSONValue(String($0, radix: 16)) }).serialized()),
      ], to: path)
    return path
  }

  /// The bundle in the metadata of `reader`.
  ///
  /// - Throws: `badContent` where the file is no bundle.
  public init(_ reader: SafetensorsReader) throws(FileError) {
    func list(_ key: String) -> [JSONValue]? {
      reader.metadata[key].flatMap { try? JSONValue(parsing: $0) }?.array
    }
    guard let place = list(Key.place)?.compactMap(\.int), place.count == 5,
      place.allSatisfy({ (0...Checkpoint.greatestCount).contains($0) }),
      place[4] <= Checkpoint.mostShards, place[0] >= 1, place[1] >= 1, place[3] < place[4],
      let samples = list(Key.samples)?.compactMap(\.int), !samples.isEmpty,
      let bits = list(Key.bits)?.compactMap({ $0.string.flatMap { UInt64($0, radix: 16) } }),
      bits.count == 2
    else {
      throw FileError(
        .badContent, reader.path,
        "is no replay bundle; give a \(ReplayBundle.file(step: 5)) of a run that diverged")
    }
    self.init(
      step: place[0], epoch: place[1], stepInEpoch: place[2], shard: place[3], shards: place[4],
      samples: samples, bits: bits)
  }
}
