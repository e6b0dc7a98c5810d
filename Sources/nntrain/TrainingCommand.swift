import Configuration
import Tensors
import Training

/// What `train` and `pretrain` do: the stages before a run where it has some, then the run itself.
struct TrainingCommand {
  let options: ConfigurationOptions
  let request: RunRequest
  var epochs: Int?
  let threads: Int?
  let isQuiet: Bool
  let isVerbose: Bool

  /// Trains until the end, or with `stopsAfterStages` until the last stage before the run has ended.
  func run(stopsAfterStages: Bool) throws {
    var more: [String] = []
    if let epochs { more.append("training.epochs=\(epochs)") }
    if let threads { more.append("parallel.threads=\(threads)") }
    let begin = MonotonicClock.seconds
    // Held back before message passing starts its threads, which would take the signals otherwise.
    let stop = StopSignal()
    try RankSession.run { session in
      let start = try RunStart(options, more, request, session: session)
      if start.isFinished {
        if !isQuiet { session.tell(["the run in \(start.found.finished ?? "") is finished"]) }
        return 0
      }
      guard start.configuration.pretraining != nil || !stopsAfterStages else {
        throw ConfigurationError(
          at: nil,
          "the configuration has no stages: set pretraining to rbm, dbn, greedy_supervised or"
            + " denoising_autoencoders, or use nntrain train")
      }
      if start.configuration.ensemble.trainsMembers {
        return try EnsembleRun(start, request, session: session, isQuiet: isQuiet, since: begin)
          .train(stop: stop)
      }
      let run = StagedRun(
        request: request, session: session, isQuiet: isQuiet, isVerbose: isVerbose, begin: begin)
      return try run.train(start, onlyStages: stopsAfterStages, stop: stop)
    }
  }
}
