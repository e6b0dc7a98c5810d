import ArgumentParser
import Configuration

/// Prints the JSON schema of configurations.
struct Schema: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the JSON schema of configurations, for editors.")

  func run() throws { Output.write(ConfigurationSchema.jsonSchema()) }
}
