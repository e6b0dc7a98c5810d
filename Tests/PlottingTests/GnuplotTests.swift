import Foundation
import Testing
import _TestSupport

@testable import Plotting

/// Draws with the real program.
@Suite(.serialized) struct GnuplotTests {
  private func gnuplot() throws -> Gnuplot {
    try Gnuplot(environment: ProcessInfo.processInfo.environment)
  }

  @Test func picturesAreTheSameEveryTime() throws {
    let gnuplot = try gnuplot()
    let chart = GnuplotScriptTests.chart("a figure")
    let svg = try gnuplot.draw(chart, as: .svg)
    #expect(try gnuplot.draw(chart, as: .svg) == svg)
    let text = String(decoding: svg, as: UTF8.self)
    #expect(text.contains("<svg") && text.contains("</svg>") && text.contains("a figure"))
    let parser = XMLReader(svg)
    #expect(parser.isWellFormed && parser.root == "svg")
    let png = try gnuplot.draw(chart, as: .png)
    let image = try PNGReader(png)
    #expect(image.width == 520 && image.height == 430)
  }

  @Test("no word is executed, and each one stands in the picture")
  func injection() throws {
    try withTemporaryFolder { folder in
      let gnuplot = try gnuplot()
      let file = folder.path("made")
      for word in [
        "`touch \(file)`", "'; system('touch \(file)'); print '", "\n!touch \(file)\n",
        "\"\n`touch \(file)`\"", "' \nset output '\(file)'\nplot x #",
      ] {
        let svg = String(
          decoding: try gnuplot.draw(GnuplotScriptTests.chart(word), as: .svg), as: UTF8.self)
        #expect(svg.contains(file))
        #expect(try folder.entries() == [])
      }
    }
  }

  @Test func theMissingProgramIsNamed() throws {
    let missing = try #require(throws: PlotError.self) {
      try Gnuplot(environment: ["PATH": "/nowhere:/tmp"])
    }
    #expect(missing.kind == .missing && missing.description.contains("gnuplot-nox"))
    let wrong = try #require(throws: PlotError.self) {
      try Gnuplot(environment: ["NNTRAIN_GNUPLOT": "/nowhere/gnuplot"])
    }
    #expect(wrong.kind == .missing && wrong.description.contains("/nowhere/gnuplot"))
  }

  @Test func aProgramThatFailsIsToldWithItsOwnWords() throws {
    try withTemporaryFolder { folder in
      let program = try folder.write("#!/bin/sh\necho 'no ink' >&2\nexit 3\n", to: "gnuplot")
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
      let gnuplot = try Gnuplot(environment: ["PATH": folder.path])
      let error = try #require(throws: PlotError.self) {
        try gnuplot.draw(GnuplotScriptTests.chart("x"), as: .svg)
      }
      #expect(error.kind == .failed)
      #expect(error.description.contains("status 3") && error.description.contains("no ink"))
    }
  }
}
