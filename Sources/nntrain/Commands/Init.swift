import ArgumentParser
import Configuration
import Formats
import MPI
import Training

/// Writes a configuration for data.
struct Init: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Look at a data file or folder and write a commented configuration for it.",
    discussion: """
      Tables (CSV), images (IDX, CIFAR-10), arrays (NPZ with inputs and targets) and texts. The \
      configuration is checked against the data before it is written.

        nntrain init data/iris.csv
        nntrain init data/mnist --out mnist.yaml
      """)

  @Argument(help: "Data file, or the folder that holds it.")
  var data: String

  @Option(
    help: ArgumentHelp(
      "Configuration to write; default: the data's name with .yaml.", valueName: "file"))
  var out: String?

  func run() throws {
    guard LaunchEnvironment.current.isFirst else { return }
    do {
      let target = out ?? name + ".yaml"
      guard Folder.stamp(of: target) == nil else {
        throw FileError(
          .cannotWrite, target, "exists; remove it, or choose another name with --out")
      }
      // The configuration may stand in any folder, and NNTRAIN_DATA may name another root.
      let found = try DraftedData(TextHead.absolute(data))
      let draft = DraftedConfiguration(found, name: name)
      let text = draft.text
      let configuration = try ConfigurationLoader.load(
        text: text, source: target, name: name, folder: nil)
      _ = try RunAssembly(configuration, data: try RunData(configuration), ranks: 1)
      let file = try AtomicFile(path: target)
      try file.write(text)
      try file.finish()
      Output.lines(
        ["\(data): \(draft.summary)"] + found.notes.map { "note: " + $0 }
          + ["\(target) is written; train with: nntrain \(target)"])
    } catch {
      throw CommandEnd(alone: error)
    }
  }

  /// The name of the data without folder and suffix.
  private var name: String {
    let last = data.split(separator: "/").last.map(String.init) ?? "data"
    return last.split(separator: ".").first.map(String.init) ?? "data"
  }
}
