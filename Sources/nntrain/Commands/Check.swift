import ArgumentParser
import Configuration
import Formats
import MPI
import Training

/// Checks a configuration without training.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check a configuration and its data; print layers, memory and work, without training."
  )

  @OptionGroup var options: ConfigurationOptions

  @Option(help: "Number of ranks to estimate memory for.")
  var ranks = 1

  @Option(
    help: ArgumentHelp(
      "Write a picture of training samples before and after augmentation.", valueName: "file.png"))
  var showAugmented: String?

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard ranks >= 1 else { throw ValidationError("--ranks is \(ranks); it must be at least 1") }
    if let path = showAugmented, !path.hasSuffix(".png") {
      throw ValidationError("--show-augmented is \"\(path)\"; it must be the name of a .png file")
    }
  }

  func run() throws {
    do {
      let configuration = try options.load()
      let data = try RunData(configuration)
      let assembly = try RunAssembly(configuration, data: data, ranks: ranks)
      if let path = configuration.initialWeights {
        try InitialParameters.check(SafetensorsReader(path: path), assembly.plan.graph)
      }
      let table = try LayerTable(assembly.plan, ranks: ranks)
      let stages = try StageTable(configuration, data, ranks: ranks)
      var lines = table.lines(stages: stages, notes: assembly.notes + assembly.cautions)
      if let path = showAugmented {
        let picture = try AugmentedPicture(assembly.plan)
        // Of a launcher's processes, one writes.
        if LaunchEnvironment.current.isFirst { try picture.write(to: path) }
        lines.append("\(path): \(picture.caption)")
      }
      if json {
        Output.write(table.json(stages: stages).serialized(pretty: true) + "\n")
      } else {
        Output.lines(lines)
      }
    } catch {
      throw CommandEnd(alone: error)
    }
  }
}
