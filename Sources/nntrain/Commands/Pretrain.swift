import ArgumentParser

/// Trains the stages of pretraining, without the network above them.
struct Pretrain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train what a configuration's `pretraining` asks for, and stop before the network.",
    discussion: """
      Each stage is a run in its own folder, stages/1-rbm and so on, with checkpoints and model. \
      `nntrain train CONFIG --run DIR --resume` goes on with the network.
      """)

  @OptionGroup var options: ConfigurationOptions

  @OptionGroup var request: RunRequest

  @Option(help: "Threads per rank, in place of parallel.threads.")
  var threads: Int?

  @Flag(name: .shortAndLong, help: "Print nothing but errors.")
  var quiet = false

  @Flag(
    name: .shortAndLong, help: "Print more about the runs: memory, and where the start-up went.")
  var verbose = false

  func run() throws {
    try TrainingCommand(
      options: options, request: request, threads: threads, isQuiet: quiet, isVerbose: verbose
    ).run(stopsAfterStages: true)
  }
}
