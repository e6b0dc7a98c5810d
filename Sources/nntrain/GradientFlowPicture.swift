import Formats
import Plotting

/// The microscope's samples of a run as one picture: gradients, activations and updates by layer.
struct GradientFlowPicture {
  /// The names of its files, without suffix.
  static let name = "gradient-flow"

  private let samples: [JSONValue]

  /// The samples in the history of a run; nil where there are none.
  init?(history: [JSONValue]) {
    samples = history.flatMap { $0["gradient_flow"]?.array ?? [] }
    guard !samples.isEmpty else { return nil }
  }

  private func layers(_ sample: JSONValue) -> [JSONValue] { sample["layers"]?.array ?? [] }

  private func learning(_ sample: JSONValue) -> [JSONValue] {
    layers(sample).filter { $0["gradient"] != nil }
  }

  private func names(_ layers: [JSONValue]) -> [String] {
    layers.map { $0["name"]?.string ?? "" }
  }

  /// Up to `count` of `things`, evenly, the first and the last one among them.
  private func some<Thing>(_ things: [Thing], _ count: Int) -> [Thing] {
    guard things.count > count else { return things }
    return (0..<count).map { things[$0 * (things.count - 1) / (count - 1)] }
  }

  private func title(_ sample: JSONValue) -> String { "step \(sample["step"]?.int ?? 0)" }

  /// The picture of the run called `run`.
  func chart(of run: String) -> Chart {
    let learning = names(learning(samples[0]))
    let layered = Panel.Axis("", range: 0.5...Double(learning.count) + 0.5, names: learning)
    return Chart(
      "\(run): what flows through the layers",
      panels: [
        Panel(
          "gradient by layer", x: layered, y: .init("norm", isLogarithmic: true),
          series: byLayer { $0["gradient"]?["norm"]?.double }),
        Panel(
          "gradient over the steps", x: .init("step", isWhole: true),
          y: .init("norm", isLogarithmic: true),
          series: overSteps),
        activations,
        Panel(
          "update by layer", x: layered, y: .init("‖Δw‖ / ‖w‖", isLogarithmic: true),
          series: byLayer { $0["update_ratio"]?.double }),
      ])
  }

  /// A line for some samples from the first layer to the last one.
  private func byLayer(_ value: (JSONValue) -> Double?) -> [Series] {
    some(samples, 4).enumerated().map { color, sample in
      Series(
        title(sample),
        learning(sample).enumerated().map { place, layer in
          let value = value(layer) ?? .nan
          return .init(Double(place + 1), value > 0 ? value : .nan)
        }, style: .marks, color: color)
    }
  }

  /// A line for some layers from the first sample to the last one.
  private var overSteps: [Series] {
    let count = learning(samples[0]).count
    return some(Array(0..<count), 6).enumerated().map { color, place in
      Series(
        names(learning(samples[0]))[place],
        samples.map { sample in
          let value = learning(sample)[place]["gradient"]?["norm"]?.double ?? .nan
          return .init(Double(sample["step"]?.int ?? 0), value > 0 ? value : .nan)
        }, color: color)
    }
  }

  /// What layers put out in the first and in the last sample: from the 5th to the 95th percentile.
  private var activations: Panel {
    let names = names(layers(samples[0]))
    return Panel(
      "activations by layer: median, 5 to 95 %",
      x: .init("", range: 0.5...Double(names.count) + 0.5, names: names), y: .init("output"),
      series: some(samples, 2).enumerated().map { color, sample in
        Series(
          title(sample),
          layers(sample).enumerated().map { place, layer in
            let parts = layer["activation"]
            let (low, high) = (parts?["p5"]?.double, parts?["p95"]?.double)
            let spread = low.flatMap { low in high.map { low...max(low, $0) } }
            return .init(Double(place + 1), parts?["p50"]?.double ?? .nan, spread: spread)
          }, style: .marks, color: color)
      })
  }

  /// Draws the picture into `directory`; what a person should know where that is not possible.
  ///
  /// A training is not lost for want of a picture: its script is kept then, with the data.
  func write(to directory: RunDirectory, run: String) throws -> String? {
    let chart = chart(of: run)
    let path = directory.path(of: GradientFlowPicture.name)
    do {
      let gnuplot = try Gnuplot(environment: Output.environment)
      for format in PictureFormat.allCases {
        try Picture.write(
          gnuplot.draw(chart, as: format), to: path + "." + format.rawValue, followsLink: false)
      }
      return nil
    } catch let error as PlotError {
      try Picture.write(
        Array(GnuplotScript(chart, format: .svg).text.utf8), to: path + ".gp", followsLink: false)
      return "\(error.description); the picture's script is kept, for later:"
        + " gnuplot \(path).gp > \(path).svg"
    }
  }
}
