import Collectives
import Configuration
import Tensors
import Training

extension RankSession {
  /// Checks that all ranks have opened the same data, and made the same of them.
  ///
  /// - Parameters:
  ///   - digests: those of the content.
  ///   - metadata: what the model file will say of the data: schema, class names, what was fitted.
  /// - Throws: `RankFailure` on every rank, with what differs, its file and the first rank that has other data.
  func agreeOnData(
    _ digests: [RunData.SourceDigest], _ metadata: [(String, String)]
  ) throws {
    guard group.size > 1 else { return }
    var items = digests.map { source in
      ("the content of data.\(source.role) (\(source.name))", "\(source.digest)")
    }
    items += metadata.filter { $0.0 != "configuration" && $0.0 != RunData.digestsKey }
      .map { ("the \($0.0) of the data (\(digests.first?.name ?? "data.train"))", $0.1) }
    let mine = items.map { contentDigest(Array($0.1.utf8).span.bytes) }
    let all = try group.communicator.allGather(mine)
    for (index, (what, _)) in items.enumerated() {
      let other = all.firstIndex { !$0.indices.contains(index) || $0[index] != all[0][index] }
      guard let other else { continue }
      throw RankFailure(
        code: ExitCode.badContent,
        message: "\(what) on rank \(other) (\(group.hosts[other])) is not that on rank 0"
          + " (\(group.hosts[0])); give every rank the same files, or the same data.root")
    }
  }
}
