import Models
import Optimizers
import Tensors

/// The memory that a network needs at least, computed from shapes before anything is allocated.
///
/// Sums are `Double`, since sizes beyond 64 bits are refused like others. What a layer needs beside its
/// input, its output and its parameters is not counted, so a network that fits may still turn out too
/// large when it is compiled; one that is refused can't fit.
public struct MemoryNeed: Sendable {
  /// Bytes that every rank holds, by purpose.
  private var perRank: [(purpose: String, bytes: Double)] = []
  /// Bytes that are held once on a host: what its ranks share, and what the coordinator alone has.
  private var once: [(purpose: String, bytes: Double)] = []

  /// The need of a training by `plan`.
  public init(training plan: RunPlan) {
    let learnt = MemoryNeed.count(plan.graph, statistics: false)
    let all = learnt + MemoryNeed.count(plan.graph, statistics: true)
    let slots = ParameterUpdate.slotNames(plan.optimizer, average: plan.weightAverage).count
    let parts = [plan.training, plan.validation, plan.test].compactMap { $0?.count }
    let evaluated = plan.evaluation.capacity(for: parts.max() ?? 0)
    let computed = plan.computedRows.max() ?? 0
    perRank = [
      ("parameters", 4 * all), ("gradients", 4 * learnt),
      (
        "activations",
        4 * Double(max(evaluated, computed)) * MemoryNeed.widest(plan.graph)
      ),
      (
        "samples",
        4 * Double(evaluated + computed + (plan.followed == nil ? 0 : plan.batch))
          * Double(plan.graph.inputShape.count)
      ),
    ]
    once = [
      ("optimizer", 4 * learnt * Double(slots)),
      ("checkpoint", 4 * (all + learnt * Double(slots))),
    ]
  }

  /// The need of a saved network that computes `samples` samples by `plan`.
  public init(evaluating plan: EvaluationPlan, samples: Int = 1) {
    let rows = Double(plan.capacity(for: samples))
    let all =
      MemoryNeed.count(plan.graph, statistics: false)
      + MemoryNeed.count(plan.graph, statistics: true)
    perRank = [
      ("parameters", 4 * all), ("activations", 4 * rows * MemoryNeed.widest(plan.graph)),
      ("samples", 4 * rows * Double(plan.graph.inputShape.count)),
    ]
  }

  /// The bytes of `ranks` ranks on one host.
  public func bytes(ranks: Int) -> Double {
    perRank.reduce(0) { $0 + $1.bytes } * Double(ranks) + once.reduce(0) { $0 + $1.bytes }
  }

  /// Checks the need against what this process can allocate.
  ///
  /// - Parameter ranks: the ranks on this host.
  /// - Throws: ``TrainingError`` with the exit code of a bad configuration and both sizes.
  public func require(
    ranks: Int, available: AvailableMemory? = .current()
  ) throws(TrainingError) {
    guard let available, bytes(ranks: ranks) > Double(available.bytes) else { return }
    let parts = (perRank.map { ($0.purpose, $0.bytes * Double(ranks)) } + once)
      .filter { $0.1 > 0 }.map { "\($0.0) \(Text.bytes($0.1))" }
    throw TrainingError(
      code: ExitCode.badConfiguration,
      "the network needs at least \(Text.bytes(bytes(ranks: ranks))) of memory"
        + (ranks == 1 ? "" : " for \(ranks) ranks on one host")
        + " (\(parts.joined(separator: " + "))), but \(Text.bytes(Double(available.bytes))) are"
        + " available (\(available.limit)); use smaller layers, a smaller batch or"
        + " training.micro_batch, or more memory")
  }

  /// The values of all parameters, learnt or measured.
  private static func count(_ graph: NetworkGraph, statistics: Bool) -> Double {
    graph.nodes.flatMap(\.parameters).reduce(0) {
      $0 + (($1.role == .statistic) == statistics ? Double($1.shape.count) : 0)
    }
  }

  /// The most numbers per sample that a layer reads and writes.
  private static func widest(_ graph: NetworkGraph) -> Double {
    graph.nodes.map { node in
      node.inputShapes.reduce(Double(node.shape.count)) { $0 + Double($1.count) }
    }.max() ?? 0
  }
}
