import Formats
import Tensors

/// Writes the checkpoints of a run on the coordinator: copies what they hold, and lets a thread in
/// the background do the rest.
final class CheckpointWriter {
  private let plan: CheckpointPlan
  private let store: CheckpointStore
  private let parameters: ParameterStore
  private let update: ParameterUpdate
  private let arenas: [SavedArena]
  private let metadata: [String: String]
  private let history: () -> [UInt8]
  /// The distance of the checkpoints to which the run may go back; nil where it never does.
  private let rollbackPeriod: Int?
  private let tensors: [BackgroundFile.Tensor]
  private let staging: FloatStorage
  private let file: BackgroundFile
  /// Whether a larger figure is better.
  private let largerIsBetter: Bool
  /// The best checkpoints so far.
  private var best: [(step: Int, figure: Double)] = []

  /// A writer into `store`, whose folder is there.
  ///
  /// - Parameters:
  ///   - rollbackPeriod: the distance of the checkpoints to which the run may go back; nil where it
  ///     never does.
  ///   - arenas: what it holds beside parameters and slots.
  ///   - metadata: what every checkpoint tells of its run.
  ///   - companions: files that are flushed to the disk before each checkpoint appears.
  ///   - history: the lines of the history of the run so far.
  init(
    _ plan: CheckpointPlan, store: CheckpointStore, parameters: ParameterStore,
    update: ParameterUpdate, largerIsBetter: Bool, rollbackPeriod: Int? = nil,
    arenas: [SavedArena] = [], metadata: [String: String], companions: [String],
    history: @escaping () -> [UInt8]
  ) throws(FileError) {
    self.plan = plan
    self.store = store
    self.parameters = parameters
    self.update = update
    self.arenas = arenas
    self.rollbackPeriod = rollbackPeriod
    self.largerIsBetter = largerIsBetter
    self.metadata = metadata
    self.history = history
    let tensors = CheckpointWriter.tensors(parameters, update, arenas)
    let count = tensors.last?.range.upperBound ?? 0
    self.tensors = tensors
    staging = FloatStorage(count: count)
    file = BackgroundFile(store: store, tensors: tensors, staging: staging, companions: companions)
    if plan.best > 0 {
      for step in try store.steps() {
        if let figure = store.figure(step: step) { note(figure, step) }
      }
    }
  }

  /// The bytes of a checkpoint of `store`, but for its header.
  static func byteCount(_ store: ParameterStore, slots: Int) -> Int {
    store.entries.reduce(0) {
      $0 + $1.spec.shape.count * ($1.spec.role == .statistic ? 1 : 1 + slots)
    } * MemoryLayout<Float>.stride
  }

  /// What went wrong in the background, once.
  func takeFailure() -> FileError? { file.takeFailure() }

  /// Waits until all that was begun is on the disk or has failed.
  func finish() { file.wait() }

  /// Waits for what was begun, and removes what the run has written behind the update `step`, to which it
  /// goes back.
  func abandon(after step: Int) throws(FileError) {
    file.wait()
    try store.remove(after: step)
    best.removeAll { $0.step > step }
  }

  /// Removes those that do not stay.
  func prune() throws(FileError) {
    try store.prune(keep: plan.keep, others: Set(best.map(\.step)), period: rollbackPeriod)
  }

  /// Whether a checkpoint with this figure would be one of the best.
  func isAmongBest(_ figure: Double?) -> Bool {
    guard plan.best > 0, let figure, figure.isFinite else { return false }
    guard best.count >= plan.best, let worst = best.last else { return true }
    return isBetter(figure, worst.figure)
  }

  /// Copies the state of the run and begins to write it; waits for the one before.
  ///
  /// - Parameter figure: the value by which the best are chosen, where the state has one.
  func write(_ state: TrainingState, figure: Double?, shards: Int) {
    file.wait()
    let (staging, slots) = (staging, update.slots)
    var plane = 0
    for entry in parameters.entries {
      var values = staging.mutableSpan(tensors[plane].range)
      parameters.read(entry, into: &values)
      plane += 1
      for slot in update.slots(of: entry) {
        var values = staging.mutableSpan(tensors[plane].range)
        entry.layout.load(slots.span(slot.range), into: &values)
        plane += 1
      }
      for arena in arenas {
        var values = staging.mutableSpan(tensors[plane].range)
        parameters.read(entry, from: arena.values, into: &values)
        plane += 1
      }
    }
    var texts = metadata.merging(state.texts) { $1 }
    if let figure, figure.isFinite {
      texts[CheckpointNames.Key.figure] = "\(figure)"
      note(figure, state.step)
    }
    file.start(
      BackgroundFile.Job(
        path: store.path(step: state.step), metadata: texts, sums: state.epochSums, shards: shards,
        history: history(),
        keep: plan.keep, others: Set(best.map(\.step)), period: rollbackPeriod))
  }

  private func note(_ figure: Double, _ step: Int) {
    guard plan.best > 0 else { return }
    best.removeAll { $0.step == step }
    let place = best.firstIndex { isBetter(figure, $0.figure) } ?? best.count
    best.insert((step, figure), at: place)
    best = Array(best.prefix(plan.best))
  }

  private func isBetter(_ left: Double, _ right: Double) -> Bool {
    largerIsBetter ? left > right : left < right
  }

  /// The tensors of parameters and slots in the order in which they are copied.
  private static func tensors(
    _ parameters: ParameterStore, _ update: ParameterUpdate, _ arenas: [SavedArena]
  ) -> [BackgroundFile.Tensor] {
    var tensors: [BackgroundFile.Tensor] = []
    var offset = 0
    for entry in parameters.entries {
      let names = (update.slots(of: entry).map(\.name) + arenas.map(\.name))
        .map { CheckpointNames.slot($0, of: entry.name) }
      for name in [entry.name] + names {
        let end = offset + entry.spec.shape.count
        tensors.append(
          .init(announcement: .init(name, .float32, entry.spec.shape), range: offset..<end))
        offset = end
      }
    }
    return tensors
  }
}
