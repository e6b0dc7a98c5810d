import Collectives
import MPI
import Models
import Optimizers
import Tensors

/// How the ranks of one machine share the optimizer's work: each updates one part of the parameters,
/// with its part of the slots, which lie in memory that all hold in common, and hands the result on.
///
/// The bits are those that every rank would get alone: rules work element by element. What does not
/// (norms, clipping, constraints, the average of the weights, a look ahead) leaves the work undivided.
struct UpdateDivision {
  /// Fewer parameters are updated sooner than handed on.
  static let leastCount = 1 << 15

  /// Elements that are updated and handed on at a time: they, their gradients and slots stay in the cache.
  static let piece = 1 << 13

  /// The part of each rank.
  let parts: [Range<Int>]
  /// The part of this one.
  let mine: Range<Int>
  /// The optimizer's memory, the same on every rank.
  let slots: FloatStorage

  /// The division of `plan`'s updates of `store`; nil, on all ranks alike, where the work stays
  /// undivided. All ranks must call it.
  init?(
    _ plan: RunPlan, _ store: ParameterStore, sharesSum: Bool, _ communicator: Communicator
  ) throws(MPIError) {
    let count = store.trainableCount
    guard sharesSum, count >= UpdateDivision.leastCount, !plan.optimizer.usesNorms,
      !plan.optimizer.looksAhead, plan.clipping == .none, plan.weightAverage == nil,
      plan.gradientFlow == nil, store.entries.allSatisfy({ $0.spec.constraint == nil })
    else { return nil }
    let unit = ParameterStore.granularity
    // Stretches that are treated alike begin at a multiple of the unit each.
    let room = plan.optimizer.slotNames.count * count + unit * store.entries.count
    guard let slots = try SharedStorage.make(count: room, communicator) else { return nil }
    let ranks = communicator.size
    let bounds = (0...ranks).map { $0 == ranks ? count : count / unit * $0 / ranks * unit }
    parts = (0..<ranks).map { bounds[$0]..<bounds[$0 + 1] }
    mine = parts[communicator.rank]
    self.slots = slots
  }
}
