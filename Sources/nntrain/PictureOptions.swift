import ArgumentParser
import Formats
import Plotting
import Training

/// Where pictures go, and what is kept of them; the options of every command that draws.
struct PictureOptions: ParsableArguments {
  @Flag(help: "Write numbers only; gnuplot is not needed.")
  var noPlot = false

  @Flag(help: "Keep the gnuplot script, with its data, beside each picture.")
  var script = false

  /// Makes sure that pictures can be drawn, before anything is computed; nil where none are wanted.
  func gnuplot() throws -> Gnuplot? {
    noPlot ? nil : try Gnuplot(environment: Output.environment)
  }

  /// Draws `chart` as `path`.svg and `path`.png, and keeps the script where that is wanted; the files'
  /// names.
  func write(_ chart: Chart, to path: String, with gnuplot: Gnuplot?) throws -> [String] {
    var names: [String] = []
    if script {
      try Picture.write(
        Array(GnuplotScript(chart, format: .svg).text.utf8), to: path + ".gp")
      names.append(path + ".gp")
    }
    guard let gnuplot else { return names }
    for format in PictureFormat.allCases {
      let name = path + "." + format.rawValue
      try Picture.write(try gnuplot.draw(chart, as: format), to: name)
      names.append(name)
    }
    return names
  }
}

/// Files of pictures.
enum Picture {
  /// Writes `bytes` to `path`, atomically; through a symbolic link where `followsLink`.
  static func write(
    _ bytes: [UInt8], to path: String, followsLink: Bool = true
  ) throws(FileError) {
    let file = try AtomicFile(path: path, followsLink: followsLink)
    try file.write(bytes.span.bytes)
    try file.finish()
  }
}

extension PlotError {
  /// The exit code of this kind of failure.
  var exitCode: Int32 {
    switch kind {
    case .missing: ExitCode.unavailable
    case .failed: ExitCode.internalError
    }
  }
}
