import ArgumentParser

/// Trains the stages of pretraining, without the network above them.
struct Pretrain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a configuration's pretraining stages without training the network.",
    discussion: """
      Each stage is a run in its own folder, stages/1-rbm and so on, with checkpoints and model. \
      `nntrain train CONFIG --run DIR --resume` continues with the network.
      """)

  @OptionGroup var options: ConfigurationOptions

  @OptionGroup var request: RunRequest

  @Option(help: "Threads per rank (parallel.threads).")
  var threads: Int?

  @Flag(name: .shortAndLong, help: "Print errors only.")
  var quiet = false

  @Flag(
    name: .shortAndLong, help: "Print memory, placement of ranks and start-up times as well.")
  var verbose = false

  func run() throws {
    try TrainingCommand(
      options: options, request: request, threads: threads, isQuiet: quiet, isVerbose: verbose
    ).run(stopsAfterStages: true)
  }
}
