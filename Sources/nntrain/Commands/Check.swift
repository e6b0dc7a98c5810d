import ArgumentParser
import Configuration
import Formats
import Training

/// Checks a configuration without training.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check a configuration and its data; print the layers, without training.")

  @OptionGroup var options: ConfigurationOptions

  @Option(help: "The number of ranks for which memory is told.")
  var ranks = 1

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard ranks >= 1 else { throw ValidationError("--ranks is \(ranks); it must be at least 1") }
  }

  func run() throws {
    do {
      let configuration = try options.load()
      let assembly = try RunAssembly(configuration, ranks: ranks)
      if let path = configuration.initialWeights {
        try InitialParameters.check(SafetensorsReader(path: path), assembly.plan.graph)
      }
      let table = try LayerTable(assembly.plan, ranks: ranks)
      if json {
        Output.write(table.json.serialized(pretty: true) + "\n")
      } else {
        Output.write(
          table.lines(notes: assembly.notes + assembly.cautions).joined(separator: "\n") + "\n")
      }
    } catch {
      throw CommandEnd(alone: error)
    }
  }
}
