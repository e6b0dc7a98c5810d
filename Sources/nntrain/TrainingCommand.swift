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
    try RankSession.run(preparesKernels: !request.resume) { session in
      var start = try RunStart(options, more, request, session: session)
      if start.isFinished {
        if !isQuiet { session.print("the run in \(start.found.finished ?? "") is finished\n") }
        return 0
      }
      guard start.configuration.pretraining != nil || !stopsAfterStages else {
        throw ConfigurationError(
          at: nil,
          "the configuration has no stages: set pretraining to rbm, dbn, greedy_supervised or"
            + " denoising_autoencoders, or use nntrain train")
      }
      if start.configuration.ensemble.trainsMembers {
        guard start.configuration.pretraining == nil else {
          throw ConfigurationError(
            at: nil,
            "ensemble trains members of its own, which have no stages before them; leave pretraining"
              + " or the ensemble out")
        }
        return try EnsembleRun(start, request, session: session, isQuiet: isQuiet, since: begin)
          .train(stop: stop)
      }
      var part: RunPart?
      // A run that has begun itself has its stages behind it.
      if start.configuration.pretraining != nil, start.shards == nil {
        let stages = try PretrainingRun(
          &start, request, session: session, isQuiet: isQuiet, isVerbose: isVerbose, since: begin)
        let code = try stages.train(stop: stop)
        if code != 0 { return code }
        part = stages.part
      }
      if stopsAfterStages {
        if !isQuiet { session.print("the stages are finished; --resume trains the network\n") }
        return 0
      }
      let run = try TrainingRun(
        start, session: session, isQuiet: isQuiet, isVerbose: isVerbose, since: begin, as: part)
      return try run.train(stop: stop)
    }
  }
}
