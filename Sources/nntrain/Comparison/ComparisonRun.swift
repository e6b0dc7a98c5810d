import Collectives
import Configuration
import Formats
import MPI
import Tensors
import Training

/// Trains the members of a comparison: side by side on parts of the ranks where there are enough, and
/// one after another within a part. Where and when a member is trained does not change its result.
struct ComparisonRun {
  private let plan: ComparisonPlan
  private let session: RankSession
  /// The comparison's directory.
  private let path: String
  private let resumes: Bool

  /// A run of `plan` on the ranks of `session` into the directory `path`.
  init(_ plan: ComparisonPlan, session: RankSession, path: String, resumes: Bool) {
    self.plan = plan
    self.session = session
    self.path = path
    self.resumes = resumes
  }

  /// The results of all members, in their order, on every rank; fewer where `stop` ends the run.
  func results(stop: StopSignal) throws -> [MemberResult] {
    let (rank, ranks) = (session.group.rank, session.group.size)
    let parts = min(ranks, plan.members.count)
    let part = rank * parts / ranks
    let team = try session.split(part: part)
    var mine: [MemberResult] = []
    for number in plan.members.indices where number % parts == part {
      let result = try train(number, team, stop)
      if let result { mine.append(result) }
      let isStopped = result?.code == ExitCode.stopped
      if try team.group.communicator.allReduce(isStopped ? 1 : 0, .max) > 0 { break }
    }
    let told = try session.group.communicator.allGather(
      JSONValue.array(mine.map(\.text)).serialized())
    let all = try told.flatMap { try JSONValue(parsing: $0).array ?? [] }
    return all.compactMap(MemberResult.init).sorted { $0.number < $1.number }
  }

  /// Trains one member on the ranks of `team`; its result, on the team's coordinator.
  ///
  /// What is wrong with a member is its result. Only where ranks cannot talk all is lost.
  private func train(_ number: Int, _ team: RankSession, _ stop: StopSignal) throws -> MemberResult?
  {
    let member = plan.members[number]
    let directory = path + "/" + member.folder
    do {
      let code = try trainNow(member, directory, team, stop)
      guard team.group.isCoordinator else { return nil }
      let result = try MemberResult(number, code: code, directory: directory)
      tell(result, member)
      return result
    } catch let error as MPIError {
      throw error
    } catch {
      guard team.group.isCoordinator else { return nil }
      let failure = CommandEnd.describe(error)
      let result = MemberResult(number, (failure.code, failure.message))
      tell(result, member)
      return result
    }
  }

  private func trainNow(
    _ member: ComparisonPlan.Member, _ directory: String, _ team: RankSession, _ stop: StopSignal
  ) throws -> Int32 {
    let variant = plan.variants[member.variant]
    let overrides = variant.overrides + ["seed=\(member.seed)"]
    let options = try ConfigurationOptions.parse(
      [variant.path].compactMap { $0 } + overrides.flatMap { ["--set", $0] })
    let request = try RunRequest.parse(["--run", directory] + (resumes ? ["--resume"] : []))
    let start = try RunStart(options, [], request, session: team)
    if start.isFinished { return 0 }
    let run = try TrainingRun(
      start, session: team, isQuiet: true, isVerbose: false, since: MonotonicClock.seconds)
    return try run.train(stop: stop)
  }

  /// One line on how a member has ended.
  private func tell(_ result: MemberResult, _ member: ComparisonPlan.Member) {
    let name = "\(plan.variants[member.variant].name), seed \(member.seed)"
    guard result.code == 0 else {
      let word = result.code == ExitCode.stopped ? "stopped" : "failed"
      Output.write("\(name): \(word) (\(result.code))\n")
      return
    }
    let figures = result.summary?["validation"]?.object
    let words = (figures?.keys ?? []).filter { $0 != "penalty" }.compactMap { key in
      figures?[key]?.double.map { "\(key) \(Text.metric(key, $0))" }
    }
    let seconds = result.summary?["seconds"]?.double ?? 0
    Output.write(
      "\(name): validation \(words.joined(separator: " ")), \(Text.duration(seconds))\n")
  }
}
