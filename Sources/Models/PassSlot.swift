import Layers
import Tensors

/// A place in which a piece of a minibatch is computed while others are under way: plans, memory,
/// gradient and context of its own.
public final class PassSlot {
  /// What changes from pass to pass.
  public let context: PassContext
  /// The gradient of the piece by what is learnt, laid out like the network's parameters.
  public let gradient: FloatStorage
  /// What the last forward pass has measured, in the order of the arena's statistics.
  public let measured: FloatStorage

  let sink: any GradientSink
  private var plans: [Int: Plan] = [:]
  private var memory = FloatStorage(count: 0)
  private let input = FloatStorage(count: 1)

  /// A place without plans.
  init(_ network: Network) {
    let trainable = network.parameters.trainableCount
    gradient = FloatStorage(count: trainable)
    measured = FloatStorage(count: network.measured.count)
    sink = ArenaSink(gradient)
    context = PassContext(gradients: gradient.base, dropoutKey: network.context.dropoutKey)
    context.statistics = measured.base - trainable
  }

  /// Compiles plans for all the numbers of rows that will occur, beside those that are there.
  public func compile(rows: [Int], for network: Network) throws(NetworkError) {
    for count in rows where plans[count] == nil {
      plans[count] = try Plan(
        network.graph, rows: count, isTraining: true, network: network, context: context)
    }
    guard let most = plans.keys.max() else { return }
    context.reserve(rows: most)
    if let mask = network.graph.mask { context.reserveMask(rows: most, steps: mask.steps) }
    let needed = plans.values.map(\.memoryCount).max() ?? 0
    if needed > memory.count {
      try Network.require(needed)
      memory = FloatStorage(count: needed)
    }
    for plan in plans.values { try plan.bind(memory: memory, input: input.base) }
  }

  /// The plan for `rows` samples.
  ///
  /// - Precondition: it was compiled.
  public func plan(rows: Int) -> Plan {
    guard let plan = plans[rows] else {
      preconditionFailure("no plan for \(rows) rows was compiled")
    }
    return plan
  }

  /// One of the plans.
  var anyPlan: Plan? { plans.first?.value }

  /// The floats of the working memory.
  public var workingCount: Int { memory.count }
}
