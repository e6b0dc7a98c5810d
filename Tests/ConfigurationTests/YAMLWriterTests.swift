import Testing

@testable import Configuration

@Suite struct YAMLWriterTests {
  private func readBack(_ node: ConfigurationNode) throws -> ConfigurationNode {
    try YAMLReader.read(YAMLWriter.text(of: node), from: .file("written"))
  }

  @Test(arguments: [
    "plain", "two words", "true", "Null", "on", "12", "1e5", "-", "a: b", "a #b", "\"quoted\"",
    "back\\slash", "tab\tnew\nline\r", "größe", "", " ", "~", "*alias", "[x]",
    "\u{1}\u{85}\u{2028}",
    "mnist/train-images-idx3-ubyte.gz", "C:\\x",
  ])
  func textsReadBackAsTheSameTexts(text: String) throws {
    let root = try readBack(.section([("key", .text(text)), (text + "k", .text("x"))]))
    #expect(root["key"]?.text ?? "" == text)
    #expect(root.entries?[1].key == text + "k")
  }

  @Test(
    arguments: [
      0, 1, -1, 0.1, 1e-8, 1e-4, 3.4028235e38, 1e20, 1_000_000, 123456.79, 1.1754944e-38, -0.5,
    ] as [Float])
  func numbersReadBackAsTheSameNumbers(value: Float) throws {
    let root = try readBack(.section([("a", .number(value))]))
    #expect(root["a"]?.number(Float.self) == value)
    // YAML 1.1 wants a point before an exponent.
    let text = try #require(root["a"]?.plain)
    #expect(!text.contains("e") || text.contains("."))
  }

  @Test func listsAndSectionsAreLaidOutAsPeopleWriteThem() {
    let inner = ConfigurationNode.section([
      ("units", .plain("3")),
      ("list", .list([.plain(String(repeating: "x", count: 60)), .plain("yyyyyyyyyyyyyyyyyyyy")])),
      ("other", .plain("1")),
    ])
    let root = ConfigurationNode.section([
      ("short", .section([("a", .plain("1"))])),
      (
        "model",
        .list([
          .plain("flatten"), .section([("dropout", .plain("0.5"))]), .section([("dense", inner)]),
        ])
      ),
      ("none", .null), ("empty", .list([])),
    ])
    #expect(
      YAMLWriter.text(of: root) == """
        short: {a: 1}
        model:
          - flatten
          - dropout: 0.5
          - dense:
              units: 3
              list: [xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx, yyyyyyyyyyyyyyyyyyyy]
              other: 1
        empty: []

        """)
  }
}
