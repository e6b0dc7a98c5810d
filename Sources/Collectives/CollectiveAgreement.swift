import MPI

/// One rank's failure is every rank's failure: the ranks find out together, so that all leave with
/// the same exit code and exactly one prints.
public struct CollectiveAgreement {
  private let communicator: Communicator

  /// An agreement among the ranks of `communicator`.
  public init(communicator: Communicator) {
    self.communicator = communicator
  }

  /// The failure of the lowest rank that passes one, on all ranks, with its rank; nil where nobody
  /// passes one. All ranks must call it.
  public func agree(_ failure: RankFailure?) throws(MPIError) -> RankFailure? {
    let mine = failure == nil ? communicator.size : communicator.rank
    let lowest = try communicator.allReduce(mine, .min)
    guard lowest < communicator.size else { return nil }
    let code = try communicator.broadcast(failure?.code ?? 0, root: lowest)
    let message = try communicator.broadcast(failure?.message ?? "", root: lowest)
    var result = RankFailure(code: code, message: message)
    result.rank = lowest
    return result
  }

  /// Runs `body`, which may fail on some ranks, and throws the lowest rank's `RankFailure` on all if
  /// it fails on any. All ranks must call it; `body` must not talk to other ranks.
  ///
  /// `describe` words a rank's own error.
  public func together<Result>(
    describe: (any Error) -> RankFailure, _ body: () throws -> Result
  ) throws -> Result {
    let outcome = Swift.Result { try body() }
    var failure: RankFailure?
    if case .failure(let error) = outcome { failure = error as? RankFailure ?? describe(error) }
    if let agreed = try agree(failure) { throw agreed }
    return try outcome.get()
  }

  /// Makes sure that all ranks hold the same `bytes`, say the digest of the binary or of the
  /// configuration; throws `CollectivesError.ranksDiffer` with `label` on all ranks otherwise.
  public func agreeIdentical(label: String, _ bytes: [UInt8]) throws {
    let all = try communicator.allGather(bytes)
    let differing = all.indices.filter { all[$0] != all[0] }
    guard differing.isEmpty else {
      throw CollectivesError.ranksDiffer(label: label, ranks: differing, size: communicator.size)
    }
  }
}
