import Configuration
import Formats
import Optimizers
import Plotting
import Training

/// Paths of optimizers on one surface: as a picture, as a table, and in words.
struct SurfacePicture {
  /// One optimizer's way.
  private struct Path {
    /// The optimizer as a configuration names it.
    var optimizer: String
    /// A short name for keys.
    var label: String
    /// The samples of a step; nil for all.
    var batch: Int?
    /// The number of the optimizer, which decides the color.
    var color: Int
    var places: [Descent.Place]
  }

  private let surface: any Optimizers.Surface
  private let steps: Int
  private var paths: [Path] = []

  /// The ways of `optimizers` from `start`; of the usual ones where none are given. A surface with
  /// samples is walked once per batch, by default with all samples and with 4.
  init(
    _ surface: any Optimizers.Surface, optimizers: [OptimizerConfiguration],
    from start: SIMD2<Double>, steps: Int, batches: [Int?], seed: UInt64
  ) throws {
    self.surface = surface
    self.steps = steps
    let hasSamples = surface is any SampledSurface
    let optimizers =
      optimizers.isEmpty ? try SurfacePicture.usual(surface, few: hasSamples) : optimizers
    let batches = !hasSamples ? [nil] : batches.isEmpty ? [nil, 4] : batches
    let labels = SurfacePicture.labels(optimizers)
    for (color, optimizer) in optimizers.enumerated() {
      for batch in batches {
        let descent = Descent(
          optimizer.rule, rate: optimizer.learningRate, decay: optimizer.weightDecay, batch: batch,
          seed: seed)
        paths.append(
          Path(
            optimizer: optimizer.text,
            label: labels[color] + (hasSamples ? ", " + SurfacePicture.word(batch) : ""),
            batch: batch, color: color,
            places: descent.path(on: surface, from: start, steps: steps)))
      }
    }
  }

  private static func word(_ batch: Int?) -> String { batch.map { "batch \($0)" } ?? "full batch" }

  /// The usual optimizers with rates that suit the surface.
  private static func usual(
    _ surface: any Optimizers.Surface, few: Bool
  ) throws -> [OptimizerConfiguration] {
    let rates: [(String, Double)] =
      [("sgd", surface.rate), ("momentum", surface.rate / 4)]
      + (few ? [] : [("nesterov", surface.rate / 4), ("rmsprop", surface.stride)])
      + [("adam", 2 * surface.stride)]
    return try rates.map {
      try OptimizerConfiguration(text: "\($0): {learning_rate: \(Float($1))}")
    }
  }

  /// The name and the learning rate of each; all settings where that is not enough to tell them apart.
  private static func labels(_ optimizers: [OptimizerConfiguration]) -> [String] {
    let short = optimizers.map { optimizer in
      "\(optimizer.name), rate \(Text.number(Double(optimizer.learningRate)))"
    }
    return zip(optimizers, short).map { optimizer, label in
      short.filter { $0 == label }.count == 1 ? label : optimizer.text
    }
  }

  /// The paths over lines of equal height, and the objective over the steps.
  var chart: Chart {
    let ways = paths.map { path in
      Series(
        path.label, path.places.map { .init(Double($0.x), Double($0.y)) }, style: .marks,
        color: path.color, isDashed: path.batch != nil)
    }
    let lowest = surface.lowest
    let objectives = paths.map { path in
      Series(
        path.label,
        path.places.enumerated().map { step, place in
          let height = place.objective - lowest
          return .init(Double(step), height > 0 ? height : .nan)
        }, color: path.color, isDashed: path.batch != nil)
    }
    let minima = Series(
      "minimum", surface.minima.map { .init($0.x, $0.y) }, style: .points, color: 6)
    return Chart(
      "\(surface.name): \(surface.formula)",
      panels: [
        Panel(
          "paths over \(steps) steps", x: .init("x", range: surface.across),
          y: .init("y", range: surface.upward), series: ways + [minima], contours: contours),
        Panel(
          "objective above its minimum", x: .init("step"),
          y: .init("f(x, y) − minimum", isLogarithmic: true), series: objectives),
      ])
  }

  /// Lines of equal height that are as dense at the bottom as on the walls.
  private var contours: Contours {
    func grid(_ range: ClosedRange<Double>) -> [Double] {
      (0...100).map {
        range.lowerBound + (range.upperBound - range.lowerBound) * Double($0) / 100
      }
    }
    let (x, y) = (grid(surface.across), grid(surface.upward))
    let heights = y.flatMap { y in x.map { surface.value(at: [$0, y]) } }
    let (lowest, highest) = (surface.lowest, heights.max() ?? 0)
    let levels = (1...15).map { level in
      let share = Double(level) / 16
      return lowest + (highest - lowest) * share * share * share * share
    }
    return Contours(x: x, y: y, heights: heights, levels: levels)
  }

  /// Writes every place of every path: optimizer, batch, step, x, y, objective.
  func writeTable(to path: String) throws {
    let writer = try CSVWriter(
      to: AtomicFile(path: path, followsLink: true),
      columns: ["optimizer", "batch", "step", "x", "y", "objective"])
    for path in paths {
      for (step, place) in path.places.enumerated() {
        try writer.write([
          path.optimizer, path.batch.map { "\($0)" } ?? "full", "\(step)", "\(place.x)",
          "\(place.y)", "\(place.objective)",
        ])
      }
    }
    try writer.finish()
  }

  /// Where each path has come to.
  func lines(files: [String]) -> [String] {
    let width = (paths.map(\.label.count).max() ?? 0) + 2
    var lines = ["\(surface.name): \(surface.formula); minimum \(Text.number(surface.lowest))"]
    for path in paths {
      let label = path.label + String(repeating: " ", count: width - path.label.count)
      guard let last = path.places.last, path.places.count == steps + 1 else {
        lines.append("  \(label)leaves the finite numbers in step \(path.places.count)")
        continue
      }
      let place = "(\(Text.number(Double(last.x))), \(Text.number(Double(last.y))))"
      lines.append("  \(label)after \(steps) steps \(Text.number(last.objective)) at \(place)")
    }
    return lines + ["  " + files.joined(separator: ", ")]
  }
}
