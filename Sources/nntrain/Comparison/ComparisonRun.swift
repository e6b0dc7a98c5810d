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
    let told = try SideBySide(session).run(plan.members.count) { number, team in
      let result = try train(number, team, stop)
      return (result?.text, result?.code == ExitCode.stopped)
    }
    return told.compactMap(MemberResult.init).sorted { $0.number < $1.number }
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
    return try MemberTraining.run(
      RunStart(options, [], request, session: team), request, team, stop,
      since: MonotonicClock.seconds)
  }

  /// One line on how a member has ended.
  private func tell(_ result: MemberResult, _ member: ComparisonPlan.Member) {
    let name = "\(plan.variants[member.variant].name), seed \(member.seed)"
    guard result.code == 0 else {
      let word = result.code == ExitCode.stopped ? "stopped" : "failed"
      Output.lines(["\(name): \(word) (\(result.code))"])
      return
    }
    let figures = result.summary?["validation"]?.object
    let words = (figures?.keys ?? []).filter { $0 != "penalty" }.compactMap { key in
      figures?[key]?.double.map { "\(key) \(Text.metric(key, $0))" }
    }
    let seconds = result.summary?["seconds"]?.double ?? 0
    Output.lines([
      "\(name): validation \(words.joined(separator: " ")), \(Text.duration(seconds))"
    ])
  }
}
