import Foundation
import Testing

@testable import Plotting

/// What every chart keeps to: ranges, ticks, layout and names.
@Suite struct ChartRulesTests {
  private func script(_ axis: Panel.Axis, _ values: [Double]) -> String {
    let points = values.enumerated().map { Series.Point(Double($0 + 1), $1) }
    let panel = Panel("p", x: .init("epoch", isWhole: true), y: axis, series: [Series("s", points)])
    return GnuplotScript(Chart("c", panels: [panel]), format: .svg).text
  }

  private func line(_ start: String, _ script: String) -> Substring? {
    script.split(separator: "\n").first { $0.hasPrefix(start) }
  }

  @Test func anAccuracyEndsAtOne() {
    let axis = Panel.Axis("accuracy", limit: 1)
    #expect(line("set yrange", script(axis, [0.5, 0.99])) == "set yrange [0.4804:1.0]")
    // Unless the data ask for more.
    #expect(line("set yrange", script(axis, [0.5, 1.5])) == "set yrange [0.46:1.54]")
    #expect(line("set yrange", script(axis, [1, 1])) == "set yrange [0.9:1.0]")
  }

  @Test func linesKeepAwayFromTheFrame() {
    let axis = Panel.Axis("objective")
    #expect(line("set yrange", script(axis, [-1, 1])) == "set yrange [-1.08:1.08]")
    #expect(line("set yrange", script(axis, [0.01, 1])) == "set yrange [0.0:1.0396]")
    #expect(line("set yrange", script(axis, [0, 0])) == "set yrange [-1.0:1.0]")
    #expect(line("set yrange", script(axis, [.nan])) == "set yrange [*:*]")
  }

  @Test(
    "ticks are at whole epochs, and few",
    arguments: [(1, 1), (5, 1), (9, 1), (10, 2), (30, 5), (100, 20), (10_000, 2000)])
  func wholeTicks(epochs: Int, step: Int) {
    #expect(GnuplotScript.wholeStep([1, Double(epochs)], count: 8) == step)
    let script = script(.init("y"), [Double](repeating: 1, count: min(epochs, 12)))
    #expect(line("set xtics", script)?.hasPrefix("set xtics 0,") == true)
  }

  @Test func aWidePanelHasARowOfItsOwn() {
    func panel(wide: Bool) -> Panel {
      var panel = Panel("p", x: .init("x"), y: .init("y"), series: [])
      panel.isWide = wide
      panel.heightShare = wide ? 0.5 : 1
      return panel
    }
    let chart = Chart("c", panels: [false, false, false, true, false].map(panel))
    #expect(chart.rows == [[0, 1], [2], [3], [4]])
    #expect(chart.rows.map { chart.height(ofRow: $0) } == [400, 400, 200, 400])
  }

  @Test("variants are named by what differs")
  func names() {
    #expect(
      ShortNames.distinct([
        "mnist, optimizer.adam.learning_rate=0.1, training.batch=16",
        "mnist, optimizer.adam.learning_rate=0.2, training.batch=16",
      ]) == ["learning_rate=0.1", "learning_rate=0.2"])
    // Commas within brackets separate nothing.
    #expect(
      ShortNames.distinct(["a={b: 1, c: 2}, d=1", "a={b: 1, c: 3}, d=1"])
        == ["a={b: 1, c: 2}", "a={b: 1, c: 3}"])
    #expect(ShortNames.distinct(["same", "same"]) == ["same", "same"])
    #expect(ShortNames.distinct(["alone, with parts"]) == ["alone, with parts"])
    // What one has and the other lacks must not become an empty name.
    #expect(ShortNames.distinct(["a", "a, b"]) == ["a", "a, b"])
    let long = (0..<2).map { "\($0)" + String(repeating: "x", count: 60) + "\($0)" }
    #expect(ShortNames.distinct(long).allSatisfy { $0.count == ShortNames.limit })
  }

  @Test("ten thousand points become a thousand, and no peak is lost")
  func thinning() {
    var points = (0..<10_000).map { Series.Point(Double($0), 1) }
    points[4567].y = 9
    points[1234].y = -9
    points[9999].y = 2
    let thin = Series.thinned(points)
    #expect(thin.count <= 1000 && thin.count >= 500)
    #expect(thin.contains { $0.x == 4567 && $0.y == 9 })
    #expect(thin.contains { $0.x == 1234 && $0.y == -9 })
    #expect(thin.last?.x == 9999)
    #expect(thin.map(\.x) == thin.map(\.x).sorted())
    #expect(Series.thinned(Array(points.prefix(1000))).count == 1000)
  }

  @Test func aProgramThatHangsIsEnded() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("nntrain-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let program = folder.appendingPathComponent("gnuplot")
    try Data("#!/bin/sh\nexec sleep 100\n".utf8).write(to: program)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
    var gnuplot = try Gnuplot(environment: ["NNTRAIN_GNUPLOT": program.path])
    gnuplot.patience = 0.2
    gnuplot.niceness = 19
    let error = try #require(throws: PlotError.self) {
      try gnuplot.draw(GnuplotScriptTests.chart("x"), as: .svg)
    }
    #expect(error.kind == .failed && error.description.contains("was ended"))
  }
}
