import Collectives
import Datasets
import Formats
import Layers
import Models
import Tensors

/// Finds out what made a step diverge: the first parameter whose gradient is not finite, and the
/// samples of the shards that brought it.
///
/// A step only looks at its reduced gradient, before the update: parameters and slots are still those
/// of the step before. So each rank can compute its shards once more, and look at them one by one.
struct DivergenceSearch {
  /// The sample numbers that are told at most.
  private static let listed = 32

  let plan: RunPlan
  let network: Network
  let localShards: Range<Int>
  let group: RankGroup
  /// The run directory that gets a ``ReplayBundle``, on the rank that writes; nil for none.
  var bundleFolder: String?

  /// The end of the run at the step `step`, counted from 1; every rank gets the same.
  ///
  /// - Parameters:
  ///   - stepInEpoch: the step's number in `epoch`, both counted from 0.
  ///   - objective: the minibatch's.
  ///   - gradient: the reduced gradient.
  ///   - joint: the shards as they were computed side by side, where they were.
  func explain(
    step: Int, stepInEpoch: Int, epoch: Int, objective: Float, gradient: FloatStorage,
    joint: JointShards? = nil
  ) throws -> TrainingError {
    var text = "training diverged: the objective of step \(step) is \(objective)"
    let learnt = network.parameters.entries.filter { $0.spec.role != .statistic }
    if let first = learnt.first(where: { !allFinite(gradient.span($0.range)) }) {
      text += objective.isFinite ? ", but" : ", and"
      text += " the gradient of \(first.name) is not finite"
    }
    let remedy = remedy(objective: objective, gradient)
    let found = try joint.map(brought) ?? brought(stepInEpoch, epoch)
    text += "; " + DivergenceSearch.words(found, of: plan.shards)
    return TrainingError(
      code: ExitCode.diverged,
      text
        + "; " + remedy + keep(found, step: step, stepInEpoch: stepInEpoch, epoch: epoch)
    )
  }

  /// What helps, by what has happened: where the objective is still finite, the gradient has grown on
  /// its way back through the steps of a recurrent layer.
  private func remedy(objective: Float, _ gradient: FloatStorage) -> String {
    // What moves a machine is no gradient that could be clipped.
    let isMachine = network.graph.nodes.contains {
      $0.layer is RestrictedBoltzmann || $0.layer is WakeSleep
    }
    let common =
      "use a smaller learning rate\(isMachine ? "" : ", clip the gradient"), or look for extreme values"
      + " in the data"
    guard objective.isFinite,
      let node = network.graph.nodes.last(where: { node in
        (node.layer is any RecurrentLayer || node.layer is Bidirectional)
          && node.parameters.contains { spec in
            network.parameters.entry("\(node.name).\(spec.name)").map {
              !allFinite(gradient.span($0.range))
            } ?? false
          }
      })
    else { return common }
    let exploded =
      "the gradient of the recurrent layer \(node.name) has exploded on its way back through"
      + " \(node.inputShapes[0][0]) steps: "
    return exploded
      + (plan.clipping == .none
        ? "clip it, such as `clip: {global_norm: 1}`, or \(common)"
        : "clip it at a smaller norm, let it go through fewer steps with `truncate`, or use a smaller"
          + " learning rate")
  }

  /// A shard that is not finite.
  private struct Culprit {
    var shard: Int
    var samples: [Int]
    /// The bits of its objective, and one number of those of its samples and its gradient.
    var bits: [UInt64]
  }

  /// The shards of all ranks that are not finite, in order.
  private func brought(_ stepInEpoch: Int, _ epoch: Int) throws -> [Culprit] {
    let pass = ShardPass(plan: plan, network: network)
    var mine: [Int] = []
    for shard in localShards {
      let positions = plan.positions(step: stepInEpoch, shard: shard)
      // What can't be read again is not looked at.
      guard !positions.isEmpty, let result = try? pass.run(positions, epoch: epoch),
        !result.isFinite
      else { continue }
      mine += [
        shard, Int(bitPattern: UInt(result.objective.bitPattern)),
        Int(bitPattern: UInt(result.digest)), result.samples.count,
      ]
      mine += result.samples
    }
    let all = Array(try group.communicator.allGather(mine).joined())
    var found: [Culprit] = []
    var place = 0
    while place < all.count {
      let end = place + 4 + all[place + 3]
      found.append(
        Culprit(
          shard: all[place], samples: Array(all[place + 4..<end]),
          bits: all[place + 1...place + 2].map { UInt64(UInt(bitPattern: $0)) }))
      place = end
    }
    return found
  }

  /// The shards of all ranks that were the first with a number that is not finite, which common statistics
  /// have then handed on to all.
  private func brought(by joint: JointShards) throws -> [Culprit] {
    var mine: [Int] = []
    for flaw in joint.flawed {
      mine += [flaw.instant, flaw.shard, flaw.samples.count] + flaw.samples
    }
    let all = Array(try group.communicator.allGather(mine).joined())
    var found: [(instant: Int, culprit: Culprit)] = []
    var place = 0
    while place < all.count {
      let end = place + 3 + all[place + 2]
      let culprit = Culprit(
        shard: all[place + 1], samples: Array(all[place + 3..<end]), bits: [])
      found.append((all[place], culprit))
      place = end
    }
    let first = found.map(\.instant).min()
    return found.filter { $0.instant == first }.map(\.culprit)
  }

  /// Writes what repeats the first of `found`, where that is wanted; where it lies, as the end of a
  /// sentence.
  private func keep(_ found: [Culprit], step: Int, stepInEpoch: Int, epoch: Int) -> String {
    // Records that arrived can't be read from a place of their own once more.
    // Nor can a shard be repeated without the others where they share statistics.
    guard plan.followed == nil, !plan.graph.isSynchronized, let bundleFolder,
      let first = found.first
    else { return "" }
    let bundle = ReplayBundle(
      step: step, epoch: epoch + 1, stepInEpoch: stepInEpoch, shard: first.shard,
      shards: plan.shards, samples: first.samples, bits: first.bits)
    do throws(FileError) {
      let path = try bundle.write(
        network.parameters, metadata: plan.modelMetadata, run: bundleFolder)
      return "; nntrain replay \(path) shows where it begins"
    } catch {
      return "; no replay bundle could be written: \(error)"
    }
  }

  /// Who brought it, as the end of a sentence.
  private static func words(_ found: [Culprit], of shards: Int) -> String {
    guard !found.isEmpty else { return "no shard alone brought it, but the sum of all" }
    let samples = found.flatMap(\.samples)
    let list = samples.prefix(listed).map { "\($0)" }.joined(separator: ", ")
    let more = samples.count > listed ? " and \(samples.count - listed) more" : ""
    let numbers = found.map { "\($0.shard + 1)" }.joined(separator: ", ")
    return "brought by \(found.count == 1 ? "shard" : "shards") \(numbers) of \(shards), with the"
      + " training samples \(list)\(more)"
  }
}
