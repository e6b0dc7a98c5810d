import MPI
import Tensors

/// Makes sure that all ranks hold the same parameters and the same optimizer's memory, bit by bit: one
/// number per rank is exchanged, and one per parameter only where these differ.
final class LockstepCheck {
  private let group: RankGroup
  private let store: ParameterStore
  private let update: ParameterUpdate

  init(_ store: ParameterStore, _ update: ParameterUpdate, group: RankGroup) {
    self.store = store
    self.update = update
    self.group = group
  }

  /// Compares what the ranks hold after `step` updates. All ranks must call it.
  ///
  /// - Throws: ``TrainingError`` on every rank where two of them differ, which names the ranks, the
  ///   step and the first parameter that differs.
  func verify(step: Int) throws {
    guard group.size > 1 else { return }
    let mine = digests()
    let all = try group.communicator.allGather(bitDigest(mine))
    guard all.contains(where: { $0 != all[0] }) else { return }
    let details = try group.communicator.allGather(mine)
    let first = mine.indices.first { item in
      details.contains { $0[item] != details[0][item] }
    }
    let item = first ?? 0
    let name =
      item < store.entries.count ? store.entries[item].name : "the optimizer's memory"
    throw LockstepCheck.failure(
      details.map { $0[item] }, step: step, first: name, hosts: group.hosts)
  }

  /// One digest per parameter, then that of the optimizer's memory.
  private func digests() -> [UInt64] {
    let (weights, slots) = (store.weights, update.slots)
    return store.entries.map { bitDigest(weights.span($0.range)) } + [bitDigest(slots.span)]
  }

  /// The failure of ranks whose digests of `first` differ: those that the most do not agree with.
  static func failure(
    _ digests: [UInt64], step: Int, first: String, hosts: [String]
  ) -> TrainingError {
    var votes: [UInt64: Int] = [:]
    for digest in digests { votes[digest, default: 0] += 1 }
    let most = votes.values.max() ?? 0
    let winners = votes.filter { $0.value == most }
    let odd = digests.indices.filter { winners.count > 1 || winners[digests[$0]] == nil }
    let shown = odd.prefix(8).map { "\($0) (\(hosts[$0]))" }.joined(separator: ", ")
    let more = odd.count > 8 ? " and \(odd.count - 8) more" : ""
    let who =
      winners.count > 1
      ? "ranks \(shown)\(more) hold different bits"
      : "\(odd.count == 1 ? "rank" : "ranks") \(shown)\(more)"
        + " \(odd.count == 1 ? "does" : "do") not hold the same bits as the other ranks"
    return TrainingError(
      code: ExitCode.lockstep,
      "ranks are out of lockstep after step \(step): \(who); the first parameter that differs is"
        + " \(first). Processors, memories or libraries of these hosts disagree; train on others")
  }
}
