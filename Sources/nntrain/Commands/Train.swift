import ArgumentParser

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
    try TrainingCommand(
      options: options, request: request, epochs: epochs, threads: threads, isQuiet: quiet,
      isVerbose: verbose
    ).run(stopsAfterStages: false)
  }
}
