import Dispatch
import Formats
import Synchronization
import Tensors

/// Writes checkpoints while training goes on: one at a time, on a thread that never calls MPI.
final class BackgroundFile: Sendable {
  /// One tensor and its place in the staging area.
  struct Tensor: Sendable {
    let announcement: SafetensorsWriter.Announcement
    let range: Range<Int>
  }

  /// What one checkpoint holds beside the staging area, and what follows it.
  struct Job: Sendable {
    var path: String
    var metadata: [String: String]
    /// Sums per shard, as a tensor of its own; none where they are empty.
    var sums: [Double]
    var shards: Int
    /// The lines of the history of the run so far.
    var history: [UInt8]
    /// Older checkpoints that stay: the newest few, and these.
    var keep: Int
    var others: Set<Int>
    /// The distance of those to which the run may go back; nil where it never does.
    var period: Int?
  }

  private let store: CheckpointStore
  private let tensors: [Tensor]
  private let staging: FloatStorage
  /// Files whose bytes must be on the disk before a checkpoint that counts on them.
  private let companions: [String]
  private let queue = DispatchQueue(label: "nntrain.checkpoints")
  private let error = Mutex<FileError?>(nil)
  private let hasError = Atomic(false)

  init(
    store: CheckpointStore, tensors: [Tensor], staging: FloatStorage, companions: [String]
  ) {
    self.store = store
    self.tensors = tensors
    self.staging = staging
    self.companions = companions
  }

  /// What went wrong, once.
  func takeFailure() -> FileError? {
    guard hasError.load(ordering: .acquiring) else { return nil }
    hasError.store(false, ordering: .relaxed)
    return error.withLock { found in
      defer { found = nil }
      return found
    }
  }

  /// Waits until the staging area may be written again.
  func wait() { queue.sync {} }

  /// Begins to write what the staging area holds.
  func start(_ job: Job) {
    queue.async { [self] in
      do throws(FileError) {
        try write(job)
      } catch {
        self.error.withLock { $0 = error }
        hasError.store(true, ordering: .releasing)
      }
    }
  }

  private func write(_ job: Job) throws(FileError) {
    let staging = staging
    var announced = tensors.map(\.announcement)
    var checksums: [String: String] = [:]
    for tensor in tensors {
      checksums[tensor.announcement.name] =
        SafetensorsSeal.checksum(staging.span(tensor.range).bytes)
    }
    if !job.sums.isEmpty {
      let name = CheckpointNames.epochSums
      announced.append(.init(name, .float64, [job.shards, job.sums.count / job.shards]))
      checksums[name] = SafetensorsSeal.checksum(job.sums.span.bytes)
    }
    if !job.history.isEmpty {
      announced.append(.init(CheckpointNames.history, .uint8, [job.history.count]))
      checksums[CheckpointNames.history] = SafetensorsSeal.checksum(job.history.span.bytes)
    }
    let file = try SafetensorsWriter(
      path: job.path, tensors: announced, metadata: job.metadata, checksums: checksums)
    for tensor in tensors {
      try file.write(tensor.announcement.name, staging.span(tensor.range))
    }
    if !job.sums.isEmpty { try file.write(CheckpointNames.epochSums, job.sums.span) }
    if !job.history.isEmpty { try file.write(CheckpointNames.history, job.history.span) }
    for companion in companions { try Folder.synchronize(companion) }
    try file.finish()
    try store.prune(keep: job.keep, others: job.others, period: job.period)
  }
}
