import ArgumentParser

/// Trains a network.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a network; with no configuration the embedded digits experiment.")

  @OptionGroup var options: ConfigurationOptions

  @OptionGroup var request: RunRequest

  @Option(help: "Number of epochs (training.epochs).")
  var epochs: Int?

  @Option(help: "Threads per rank (parallel.threads).")
  var threads: Int?

  @Flag(name: .shortAndLong, help: "Print errors only.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Print memory, placement of ranks and start-up times as well.")
  var verbose = false

  func run() throws {
    try TrainingCommand(
      options: options, request: request, epochs: epochs, threads: threads, isQuiet: quiet,
      isVerbose: verbose
    ).run(stopsAfterStages: false)
  }
}
