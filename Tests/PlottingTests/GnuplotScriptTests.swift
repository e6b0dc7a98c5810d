import Testing

@testable import Plotting

@Suite struct GnuplotScriptTests {
  /// A figure whose every word tries to be more than a word.
  static func chart(_ word: String) -> Chart {
    let series = Series(word, [.init(0, 1), .init(1, .nan), .init(2, 3, spread: 2...4)])
    let panel = Panel(
      word, x: .init(word, names: [word, "b"]), y: .init(word, isLogarithmic: true, range: 1...4),
      series: [series],
      contours: Contours(x: [0, 1], y: [0, 1], heights: [0, 1, 2, 3], levels: [0.5, 1.5]))
    return Chart(word, panels: [panel])
  }

  @Test func wordsAreQuotedLiterally() {
    #expect(GnuplotScript.quote("a 'b' \\n \"c\" `d`") == "'a ’b’ \\n \"c\" `d`'")
    #expect(GnuplotScript.quote("a\n!b\r\u{0}c\u{85}d\u{7F}") == "'a !b  c d '")
    #expect(GnuplotScript.quote("a\u{202E}b\u{2028}c\u{1B}[31m") == "'a b c [31m'")
    #expect(GnuplotScript.number(.infinity) == "NaN" && GnuplotScript.number(0.1) == "0.1")
  }

  @Test(
    "words from elsewhere stand in quotes and nowhere else",
    arguments: [
      "'; system('touch X') #", "`touch X`", "\n!touch X\n", "'\nset output 'X'\n", "@X",
      "\"; system(\"touch X\")", "END\n!touch X",
    ])
  func noWordEscapes(word: String) {
    for format in PictureFormat.allCases {
      let text = GnuplotScript(Self.chart(word), format: format).text
      let quoted = GnuplotScript.quote(word)
      let rest = text.split(separator: quoted, omittingEmptySubsequences: false)
      #expect(rest.count == 7, "\(rest.count - 1) times")
      #expect(!rest.joined().contains("X"))
      #expect(!quoted.dropFirst().dropLast().contains("'"))
      #expect(!quoted.contains("\n"))
    }
  }
}
