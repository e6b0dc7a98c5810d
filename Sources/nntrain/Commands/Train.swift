import ArgumentParser
import Configuration
import Tensors
import Training

/// Trains a network.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a network; with no configuration the embedded digits experiment.")

  @OptionGroup var options: ConfigurationOptions

  @OptionGroup var request: RunRequest

  @Option(help: "How long to train, in place of training.epochs.")
  var epochs: Int?

  @Option(help: "Threads per rank, in place of parallel.threads.")
  var threads: Int?

  @Flag(name: .shortAndLong, help: "Print nothing but errors.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Print more about the run: memory, and where the start-up went.")
  var verbose = false

  func run() throws {
    var more: [String] = []
    if let epochs { more.append("training.epochs=\(epochs)") }
    if let threads { more.append("parallel.threads=\(threads)") }
    let begin = MonotonicClock.seconds
    // Held back before message passing starts its threads, which would take the signals otherwise.
    let stop = StopSignal()
    try RankSession.run(preparesKernels: !request.resume) { session in
      let start = try RunStart(options, more, request, session: session)
      if start.isFinished {
        if !quiet { session.print("the run in \(start.found.finished ?? "") is finished\n") }
        return 0
      }
      if start.configuration.ensemble.trainsMembers {
        return try EnsembleRun(start, request, session: session, isQuiet: quiet, since: begin)
          .train(stop: stop)
      }
      let run = try TrainingRun(
        start, session: session, isQuiet: quiet, isVerbose: verbose, since: begin)
      return try run.train(stop: stop)
    }
  }
}
