import Testing

@testable import Configuration

@Suite struct YAMLReaderTests {
  private func read(_ text: String) throws(ConfigurationError) -> ConfigurationNode {
    try YAMLReader.read(text, from: .file("a.yaml"))
  }

  private func failure(_ text: String, sourceLocation: SourceLocation = #_sourceLocation)
    -> ConfigurationError
  {
    do {
      _ = try read(text)
      Issue.record("the text is accepted", sourceLocation: sourceLocation)
      return ConfigurationError(at: nil, "accepted")
    } catch {
      return error
    }
  }

  @Test func valuesCarryTheirPlaces() throws {
    let root = try read("a: 1\nb:\n  c: [x, \"2\"]\n")
    #expect(root["a"]?.position == .file("a.yaml", line: 1, column: 4))
    #expect(root.entries?[1].position == .file("a.yaml", line: 2, column: 1))
    let list = try #require(root["b"]?["c"]?.list)
    #expect(list[1].position == .file("a.yaml", line: 3, column: 10))
    #expect(list[0].plain == "x")
    #expect(list[1].plain == nil && list[1].text == "2")
  }

  @Test func aByteOrderMarkIsNoPartOfTheText() throws {
    let root = try read("\u{FEFF}data: 1\nb: 2\n")
    #expect(root.entries?.map(\.key) == ["data", "b"])
    #expect(root.entries?[0].position == .file("a.yaml", line: 1, column: 1))
    #expect(try read("\u{FEFF}").isNull)
  }

  @Test func nothingIsNull() throws {
    #expect(try read("").isNull)
    #expect(try read("# only a comment\n").isNull)
    let root = try read("a:\nb: ~\nc: null\nd: ''\ne: 'null'")
    #expect(root.entries?.map(\.value.isNull) == [true, true, true, false, false])
  }

  @Test func aliasesStandForTheirValues() throws {
    let root = try read("a: &x {units: 3}\nb: *x\n")
    #expect(root["b"]?["units"]?.plain == "3")
  }

  @Test func textWithUmlautsAndByteOrderMarkIsRead() throws {
    #expect(try read("\u{FEFF}a: größe\n")["a"]?.text == "größe")
  }

  @Test func keysGivenTwiceAreRefused() {
    let error = failure("a: 1\nb:\n  c: 1\n  c: 2\n")
    #expect(error.position == .file("a.yaml", line: 3, column: 3))
    #expect(error.message.contains("\"c\" is given more than once"))
  }

  @Test(arguments: [
    ("a: [1, 2", 1), ("a: 1\n  b: 2\n", 2), ("a: \"x\n", 1), ("a:\n\t- 1\n", 2), ("a: *b\n", 1),
    ("a: 1\n---\nb: 2\n", 2), ("%BAD\n", 1), ("a: \u{7}\n", 1), ("{a: 1}}\n", 1),
  ])
  func badSyntaxIsToldWithItsLine(text: String, line: Int) throws {
    let error = failure(text)
    #expect(error.message.hasPrefix("this is no YAML: "))
    guard case .file("a.yaml", let found, let column) = error.position else {
      Issue.record("no place: \(error)")
      return
    }
    #expect(found >= line && found <= line + 1 && column >= 1)
    #expect(!error.message.contains("\n"))
  }

  @Test func tagsAreRefused() {
    #expect(failure("a: !!binary aGk=").message.contains("not supported"))
    #expect(failure("a: !thing {b: 1}").message.contains("not supported"))
  }

  @Test func keysMustBeNames() {
    #expect(failure("? [a, b]\n: 1\n").message.contains("it must be a name"))
  }

  /// Ten lines whose aliases expand to a billion values.
  private func bomb(levels: Int = 9) -> String {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...levels {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    return text
  }

  @Test(.timeLimit(.minutes(1))) func anAliasBombIsRefused() {
    #expect(failure(bomb()).message.contains("expands to more than 100000 values"))
  }

  @Test(
    .timeLimit(.minutes(1)),
    arguments: ["? *a9\n: 1\n", "*a9 : 1\n", "{*a9 : 1}: 2\n", "x: {[*a9]: 1}\n"])
  func anAliasBombAsAKeyIsRefused(key: String) {
    #expect(failure(bomb() + key).message.contains("keys that are no plain names"))
  }

  @Test func manyAliasesAreFineBesidePlainKeys() throws {
    var text = "# why? *because* of this\na: &a {units: 3}\nlist:\n"
    for _ in 0..<50 { text += "  - *a\n" }
    #expect(try read(text)["list"]?.list?.count == 50)
  }

  @Test func deepNestingIsRefused() {
    let deep = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
    #expect(failure(deep).message.contains("nested more than 100 deep"))
    // Beyond the parser's own limit.
    let deeper = String(repeating: "[", count: 100_000)
    #expect(failure(deeper).message.hasPrefix("this is no YAML"))
  }

  @Test func manyValuesAreRefused() {
    let text = "a: [" + String(repeating: "1,", count: 100_001) + "1]"
    #expect(failure(text).message.contains("more than 100000 values"))
  }
}
