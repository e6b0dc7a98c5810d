import ArgumentParser
import Configuration
import Formats
import MPI
import Optimizers

/// Watches optimizers on functions of two variables.
struct Surface: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run optimizers on test surfaces of two variables; write pictures and paths.",
    discussion: """
      Surfaces: \(Surfaces.all.map(\.name).joined(separator: ", ")); default: all. Writes for each \
      surface the paths over its contours and the objective over the steps (SVG and PNG), and the \
      paths as CSV.

        nntrain surface rosenbrock --optimizer adam --optimizer 'momentum: {learning_rate: 0.001}'
        nntrain surface valley --batch full --batch 1
      """)

  @Argument(help: "Surfaces to run on.")
  var surfaces: [String] = []

  @Option(
    name: .customLong("optimizer"), parsing: .singleValue,
    help: ArgumentHelp(
      "Optimizer with its settings, as in a configuration. Repeatable.",
      discussion: "Default: five optimizers with learning rates chosen for the surface.",
      valueName: "name|name: {settings}"))
  var optimizers: [String] = []

  @Option(help: "Number of steps.")
  var steps = 200

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Start point; default: the surface's own.", valueName: "x,y"))
  var start: String?

  @Option(
    name: .customLong("batch"), parsing: .singleValue,
    help: ArgumentHelp(
      "Batch size, or full, on surfaces with samples (valley). Repeatable.",
      valueName: "size|full"))
  var batches: [String] = []

  @Option(help: "Seed of the sample order.")
  var seed: UInt64 = 1

  @Option(help: "Output directory; created if absent.")
  var output = "surface"

  @OptionGroup var pictures: PictureOptions

  func validate() throws {
    guard steps >= 1 else { throw ValidationError("--steps is \(steps); it must be at least 1") }
    let known = Surfaces.all.map(\.name)
    for name in surfaces where !known.contains(name) {
      throw ValidationError(
        "there is no surface \"\(name)\"; there are \(known.joined(separator: ", "))")
    }
    for batch in batches where batch != "full" && Int(batch).map({ $0 >= 1 }) != true {
      throw ValidationError("--batch is \"\(batch)\"; it must be full or an integer, at least 1")
    }
    guard batches.isEmpty || chosen.contains(where: { $0 is any SampledSurface }) else {
      throw ValidationError("--batch is for surfaces that have samples: valley")
    }
    _ = try startPoint()
  }

  /// The surfaces that are wanted.
  private var chosen: [any Optimizers.Surface] {
    surfaces.isEmpty ? Surfaces.all : Surfaces.all.filter { surfaces.contains($0.name) }
  }

  private func startPoint() throws -> SIMD2<Double>? {
    guard let start else { return nil }
    let numbers = start.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    guard numbers.count == 2, let x = numbers[0], let y = numbers[1], x.isFinite, y.isFinite else {
      throw ValidationError("--start is \"\(start)\"; it must be two numbers, such as -1,2.5")
    }
    return [x, y]
  }

  func run() throws {
    // One process is enough, and the others of a launcher have nothing to add.
    guard LaunchEnvironment.current.isFirst else { return }
    do {
      let settings = try optimizers.map { try OptimizerConfiguration(text: $0) }
      let gnuplot = try pictures.gnuplot()
      try Folder.create(output)
      for surface in chosen {
        let picture = try SurfacePicture(
          surface, optimizers: settings, from: startPoint() ?? surface.start, steps: steps,
          batches: batches.map { Int($0) }, seed: seed)
        let path = output + "/" + surface.name
        try picture.writeTable(to: path + ".csv")
        let files = try pictures.write(picture.chart, to: path, with: gnuplot) + [path + ".csv"]
        Output.lines(picture.lines(files: files))
      }
    } catch {
      throw CommandEnd(alone: error)
    }
  }
}
