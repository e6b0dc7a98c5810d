import Datasets
import Testing

/// Texts as windows of characters.
@Suite struct TextReaderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("windows lie one behind the other; targets are the next characters")
  func windows() throws {
    let path = try folder.file("a.txt", "badcabdc")
    let text = try TextReader.read(path: path, length: 3)
    #expect(text.count == 2 && text.inputShape == [3])
    #expect(text.targets == .classSequences(["a", "b", "c", "d"], steps: 3))
    #expect(try read(text) == Samples(inputs: [1, 0, 3, 2, 0, 1], targets: [0, 3, 2, 0, 1, 3]))
    #expect(
      try read(text, [1], form: .oneHot, targetWidth: 12).targets
        == [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1])
    // Predictions ask for no targets.
    #expect(try read(text, [1, 0], form: .values, targetWidth: 0).targets == [])
    let first = try TextReader.read(path: path, length: 3, take: 1)
    #expect(first.count == 1 && first.vocabulary.characters == ["a", "b", "c", "d"])
    #expect(try TextReader.read(path: path, length: 2, take: 1).vocabulary.characters.count == 3)
    expectFailure(.badRequest, "first 3 windows", "1 to 2") {
      _ = try TextReader.read(path: path, length: 3, take: 3)
    }
  }

  @Test("characters are Unicode scalars, from plain and gzip files, behind a byte order mark")
  func unicode() throws {
    let bytes: [UInt8] = [0xEF, 0xBB, 0xBF] + Array("né\r\n𝄞水n".utf8)
    for path in [try folder.file("a.txt", bytes), try folder.file("a.txt.gz", try gzip(bytes))] {
      let text = try TextReader.read(path: path, length: 6)
      #expect(text.vocabulary.characters == ["\n", "\r", "n", "é", "水", "𝄞"])
      #expect(try read(text) == Samples(inputs: [2, 3, 1, 0, 5, 4], targets: [3, 1, 0, 5, 4, 2]))
      #expect(text.vocabulary.number(of: "水") == 4 && text.vocabulary.number(of: "x") == nil)
    }
  }

  @Test("the vocabulary is the training part's, and the other parts must keep to it")
  func vocabulary() throws {
    let path = try folder.file("a.txt", "abababca\u{e9}\u{7}b")
    let whole = try TextReader.read(path: path, length: 2)
    #expect(whole.count == 5)
    expectFailure(.badContent, path, "lacks", "\"c\" (U+0063)", "\"é\" (U+00E9), U+0007") {
      _ = try whole.withVocabulary(ofFirst: 2)
    }
    // The target of the last training window is known too.
    expectFailure(.badContent, "lacks: \"é\"") { _ = try whole.withVocabulary(ofFirst: 3) }
    #expect(try whole.withVocabulary(ofFirst: 5).targets == whole.targets)
    let other = try folder.file("b.txt", "babbb")
    let spec = DataSourceSpec(.text(path: other, length: 2))
    let own = try spec.open(matching: whole.schema)
    #expect(own.targets == whole.targets && own.count == 2)
    #expect(try spec.openInputs(matching: whole.schema).schema == whole.schema)
    expectFailure(.badRequest, "[4]", "[2]") {
      _ = try DataSourceSpec(.text(path: other, length: 4)).open(matching: whole.schema)
    }
    expectFailure(.badRequest, "not the characters of a text") {
      _ = try TextVocabulary(characters: ["a", "bc"], "x")
    }
  }

  @Test("files that are no text, or too short")
  func lies() throws {
    let cut = try folder.file("cut.txt", Array("one\ntwo".utf8) + [0xC3])
    expectFailure(.badContent, "cut.txt:2", "after 7 characters", "UTF-8") {
      _ = try TextReader.read(path: cut, length: 2)
    }
    for text in ["", "ab", "abc"] {
      let path = try folder.file("short.txt", text)
      expectFailure(.badContent, path, "\(text.count) characters", "need 4") {
        _ = try TextReader.read(path: path, length: 3)
      }
    }
    expectFailure(.unreadable, "absent.txt") {
      _ = try TextReader.read(path: folder.path + "/absent.txt", length: 3)
    }
    expectFailure(.badRequest, "0 characters") { _ = try TextReader.read(path: cut, length: 0) }
  }
}
