import Configuration
import Training

/// A run after the stages before it, where its configuration has some.
struct StagedRun {
  let request: RunRequest
  let session: RankSession
  var isQuiet = true
  var isVerbose = false
  /// When the command began, in seconds of the monotonic clock.
  let begin: Double

  /// Trains what `start` begins or goes on with to its end, or to that of its last stage; the exit code.
  func train(_ start: RunStart, onlyStages: Bool = false, stop: StopSignal) throws -> Int32 {
    var start = start
    var part: RunPart?
    // A run that has begun itself has its stages behind it.
    if start.configuration.pretraining != nil, start.shards == nil {
      let stages = try PretrainingRun(
        &start, request, session: session, isQuiet: isQuiet, isVerbose: isVerbose, since: begin)
      let code = try stages.train(stop: stop)
      if code != 0 { return code }
      part = stages.part
    }
    if onlyStages {
      if !isQuiet { session.tell(["the stages are finished; --resume trains the network"]) }
      return 0
    }
    let run = try TrainingRun(
      start, session: session, isQuiet: isQuiet, isVerbose: isVerbose, since: begin, as: part)
    return try run.train(stop: stop)
  }
}
