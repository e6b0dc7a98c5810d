import ArgumentParser
import Configuration

/// The options of every command that takes a configuration.
struct ConfigurationOptions: ParsableArguments {
  @Argument(help: "Configuration file; default: the embedded digits experiment.")
  var config: String?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "Set one key: --set training.epochs=5. Repeatable; the last one wins.",
      valueName: "key=value"))
  var overrides: [String] = []

  /// The configuration with its overrides.
  func load(_ more: [String] = []) throws -> RunConfiguration {
    try ConfigurationLoader.load(
      path: config, overrides: overrides + more, environment: Output.environment)
  }
}
