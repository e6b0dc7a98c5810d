import Collectives
import Configuration
import Formats
import MPI
import Training

/// One training among several: what has become of it is a value, not the end of the job.
struct MemberTraining {
  /// Its number, from 1.
  var number: Int
  /// Its exit code; 0 where it came to its end.
  var code: Int32
  /// Why it failed.
  var reason: String

  init(_ number: Int, _ code: Int32, _ reason: String = "") {
    self.number = number
    self.code = code
    self.reason = reason
  }

  /// What another rank told.
  init?(_ told: JSONValue) {
    guard let number = told["number"]?.int, let code = told["code"]?.int else { return nil }
    self.init(number, Int32(code), told["reason"]?.string ?? "")
  }

  /// The value as another rank reads it.
  var told: JSONValue {
    .object(
      JSONObject([
        ("number", JSONValue(number)), ("code", JSONValue(Int(code))),
        ("reason", JSONValue(reason)),
      ]))
  }

  /// Trains what `start` begins or goes on with, as `request` says, on the ranks of `team`, the stages
  /// before it included; the exit code.
  static func run(
    _ start: RunStart, _ request: RunRequest, _ team: RankSession, _ stop: StopSignal,
    since begin: Double
  ) throws -> Int32 {
    if start.isFinished { return 0 }
    return try StagedRun(request: request, session: team, begin: begin).train(start, stop: stop)
  }

  /// Trains `configuration` in `directory` on the ranks of `team`, or goes on there.
  ///
  /// - Throws: only where ranks cannot talk.
  init(
    _ number: Int, _ configuration: RunConfiguration, in directory: String, inexact: Bool,
    _ team: RankSession, _ stop: StopSignal, since begin: Double
  ) throws {
    self.init(number, 0)
    do {
      let words = ["--run", directory, "--resume"] + (inexact ? ["--allow-inexact-resume"] : [])
      let request = try RunRequest.parse(words)
      let start = try RunStart(configuration, request, session: team)
      code = try MemberTraining.run(start, request, team, stop, since: begin)
    } catch let error as MPIError {
      throw error
    } catch {
      let failure = CommandEnd.describe(error)
      (code, reason) = (failure.code, failure.message)
    }
  }
}
