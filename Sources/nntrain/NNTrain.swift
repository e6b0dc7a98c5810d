import ArgumentParser

@main
struct NNTrain: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "nntrain")
}
