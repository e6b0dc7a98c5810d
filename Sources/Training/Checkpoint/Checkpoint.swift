import Formats
import Tensors

/// A checkpoint that has been opened and found whole: every checksum fits.
public struct Checkpoint {
  /// The file.
  public let reader: SafetensorsReader
  /// Where the run stood.
  public let state: TrainingState
  /// The seed of the run.
  public let seed: UInt64
  /// The shards of a minibatch.
  public let shards: Int
  /// The samples of the training part.
  public let samples: Int
  /// What decided the bits of the run so far.
  public let fingerprint: NumericsFingerprint

  /// Opens the checkpoint at `path` and reads it through once.
  ///
  /// - Throws: `FileError`: `badContent` where it is damaged, foreign or from a newer version.
  public init(path: String) throws(FileError) {
    reader = try SafetensorsReader(path: path)
    let metadata = reader.metadata
    // Before the checksums: a newer version may compute them in another way.
    try Checkpoint.requireVersion(reader)
    try reader.verify()
    var sums: [Double] = []
    if let tensor = reader.header[CheckpointNames.epochSums] {
      sums = [Double](repeating: 0, count: tensor.shape.count)
      var span = sums.mutableSpan
      try reader.readExactly(CheckpointNames.epochSums, into: &span)
    }
    func field<Value>(
      _ key: String, _ read: (String) -> Value?
    ) throws(FileError) -> Value {
      guard let value = metadata[key].flatMap(read) else { throw Checkpoint.damaged(path, key) }
      return value
    }
    typealias Key = CheckpointNames.Key
    if let key = TrainingState.flaw(in: metadata) { throw Checkpoint.damaged(path, key) }
    guard let state = TrainingState(texts: metadata, epochSums: sums) else {
      throw Checkpoint.damaged(path, Key.state)
    }
    self.state = state
    seed = try field(Key.seed) { UInt64($0) }
    shards = try field(Key.shards) {
      Int($0).flatMap { (1...Checkpoint.mostShards).contains($0) ? $0 : nil }
    }
    samples = try field(Key.samples) {
      Int($0).flatMap { (0...Checkpoint.greatestCount).contains($0) ? $0 : nil }
    }
    fingerprint = try field(Key.fingerprint) { text in
      NumericsFingerprint(text).flatMap {
        (1...NumericsFingerprint.mostThreads).contains($0.threads ?? 0) && $0.instructionSet != nil
          ? $0 : nil
      }
    }
  }

  /// The most shards of a minibatch that are accepted: 2¹⁶, the bound of the configuration.
  public static let mostShards = 1 << 16
  /// The largest count that is accepted: 2⁵³.
  static let greatestCount = 1 << 53

  private static func damaged(_ path: String, _ key: String) -> FileError {
    FileError(
      .badContent, path,
      "has damaged metadata: \(key) is missing or impossible; use an earlier checkpoint")
  }

  /// Whether `error` says that a file was written by a newer version, which is no damage.
  static func isOfNewerVersion(_ error: FileError) -> Bool { error.cause is NewerVersion }

  private struct NewerVersion: Error {}

  private static func requireVersion(_ reader: SafetensorsReader) throws(FileError) {
    let text = reader.metadata[CheckpointNames.Key.version]
    guard let version = text.flatMap(Int.init), version >= 1 else {
      throw FileError(.badContent, reader.path, "is no checkpoint of nntrain")
    }
    guard version <= CheckpointNames.version else {
      throw FileError(
        .badContent, reader.path,
        "has the checkpoint format \(version), but this nntrain reads up to"
          + " \(CheckpointNames.version); resume with the nntrain that wrote it, or a newer one",
        cause: NewerVersion())
    }
  }

  /// Copies parameters and slots into the arenas.
  ///
  /// - Throws: `badContent` where it lacks one, has more, or has one of another shape.
  func read(
    into store: ParameterStore, _ update: ParameterUpdate, arenas: [SavedArena] = []
  ) throws(FileError) {
    var names: Set<String> = state.epochSums.isEmpty ? [] : [CheckpointNames.epochSums]
    names.insert(CheckpointNames.history)
    for entry in store.entries {
      names.insert(entry.name)
      names.formUnion(update.slots(of: entry).map { CheckpointNames.slot($0.name, of: entry.name) })
      names.formUnion(arenas.map { CheckpointNames.slot($0.name, of: entry.name) })
    }
    if let foreign = reader.header.tensors.first(where: { !names.contains($0.name) }) {
      throw FileError(
        .badContent, reader.path,
        "holds the tensor \(foreign.name), which this network and optimizer do not have; it belongs"
          + " to another run")
    }
    try ModelFile.read(reader, into: store)
    let slots = update.slots
    for entry in store.entries {
      let plain = FloatStorage(count: entry.spec.shape.count)
      var values = plain.mutableSpan
      for (name, range) in update.slots(of: entry) {
        try reader.read(
          CheckpointNames.slot(name, of: entry.name), shape: entry.spec.shape, into: &values)
        try ModelFile.requireFinite(
          values.span, CheckpointNames.slot(name, of: entry.name), reader.path)
        var stored = slots.mutableSpan(range)
        entry.layout.store(plain.span, into: &stored)
      }
      for arena in arenas {
        try reader.read(
          CheckpointNames.slot(arena.name, of: entry.name), shape: entry.spec.shape, into: &values)
        try ModelFile.requireFinite(
          values.span, CheckpointNames.slot(arena.name, of: entry.name), reader.path)
        let target = arena.values
        var stored = target.mutableSpan(entry.range)
        entry.layout.store(plain.span, into: &stored)
      }
    }
  }
}

extension Checkpoint {
  /// The bytes of `metrics.jsonl` as they were; nil in a checkpoint that holds none.
  public func history() throws(FileError) -> [UInt8]? {
    guard let tensor = reader.header[CheckpointNames.history] else { return nil }
    var bytes = [UInt8](repeating: 0, count: tensor.shape.count)
    var span = bytes.mutableSpan
    try reader.readExactly(CheckpointNames.history, into: &span)
    return bytes
  }

  /// The resolved configuration of the run; nil where it was written without one.
  public var configurationText: String? { reader.metadata["configuration"] }
}
