import Formats
import MPI

/// Does several pieces of work: side by side on parts of the ranks where there are enough, and one
/// after another within a part. Where and when a piece is done must not change its result.
struct SideBySide {
  private let session: RankSession

  init(_ session: RankSession) { self.session = session }

  /// What the pieces 0..<`count` tell, on every rank, in no order that matters; fewer where one has
  /// been stopped.
  ///
  /// - Parameter work: does one piece on the ranks of a team; answers, on the team's coordinator, what
  ///   it tells, and on any rank whether it was stopped, so that the team does no other.
  func run(
    _ count: Int, _ work: (Int, RankSession) throws -> (told: JSONValue?, isStopped: Bool)
  ) throws -> [JSONValue] {
    let (rank, ranks) = (session.group.rank, session.group.size)
    let parts = min(ranks, count)
    let part = rank * parts / ranks
    let team = try session.split(part: part)
    var mine: [JSONValue] = []
    for number in 0..<count where number % parts == part {
      let (told, isStopped) = try work(number, team)
      if let told { mine.append(told) }
      if try team.group.communicator.allReduce(isStopped ? 1 : 0, .max) > 0 { break }
    }
    let all = try session.group.communicator.allGather(JSONValue.array(mine).serialized())
    return try all.flatMap { try JSONValue(parsing: $0).array ?? [] }
  }
}
