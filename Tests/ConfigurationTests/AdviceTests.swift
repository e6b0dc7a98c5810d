import Foundation
import Testing

@testable import Configuration

/// Every remedy that a message names exists: keys are keys of the configuration, options are options of a
/// command.
@Suite struct AdviceTests {
  /// The text literals of a source file, with `\(…)` replaced by a blank; comments are no literals.
  static func literals(_ source: String) -> [String] {
    var found: [String] = []
    for line in source.split(separator: "\n") {
      if line.drop(while: { $0 == " " }).hasPrefix("//") { continue }
      var text: String?
      var depth = 0
      var previous: Character = " "
      for character in line {
        if depth > 0 {
          depth += character == "(" ? 1 : character == ")" ? -1 : 0
        } else if text != nil, previous == "\\", character == "(" {
          text?.removeLast()
          text?.append(" ")
          depth = 1
        } else if character == "\"", previous != "\\" {
          if let whole = text {
            found.append(whole)
            text = nil
          } else {
            text = ""
          }
        } else {
          text?.append(character)
        }
        previous = previous == "\\" && character == "\\" ? " " : character
      }
    }
    return found
  }

  /// The keys of the configuration, and for each the keys below it that its schema lists.
  private static func keys() throws -> (all: Set<String>, roots: Set<String>) {
    let schema = try JSONSerialization.jsonObject(
      with: Data(ConfigurationSchema.jsonSchema().utf8))
    var all: Set<String> = []
    func walk(_ value: Any) {
      if let list = value as? [Any] { list.forEach(walk) }
      guard let object = value as? [String: Any] else { return }
      if let properties = object["properties"] as? [String: Any] { all.formUnion(properties.keys) }
      object.values.forEach(walk)
    }
    walk(schema)
    let top = (schema as? [String: Any])?["properties"] as? [String: Any] ?? [:]
    return (all, Set(top.keys))
  }

  /// The flaws of the remedies in `text`.
  private static func flaws(
    _ text: String, keys: (all: Set<String>, roots: Set<String>), options: Set<String>
  ) -> [String] {
    var flaws: [String] = []
    for match in text.matches(of: /(?:^|[^a-zA-Z_.\/\\-])([a-z_]+(?:\.[a-z_]+)+)(?![\w(\/])/) {
      let parts = match.1.split(separator: ".").map(String.init)
      guard keys.roots.contains(parts[0]), !["safetensors", "json", "jsonl"].contains(parts[1])
      else { continue }
      for part in parts.dropFirst() where !keys.all.contains(part) { flaws.append(String(match.1)) }
    }
    for match in text.matches(of: /\b(?:set|add|write|give|use|remove) `?([a-z_]+): [^ ]/)
    where !keys.all.contains(String(match.1)) {
      flaws.append("\(match.1):")
    }
    for match in text.matches(of: /(?:^|[^a-zA-Z-])(--[a-z][a-z-]*)/)
    where !options.contains(String(match.1)) {
      flaws.append(String(match.1))
    }
    return flaws
  }

  /// The options of nntrain, from their declarations, and those of other programs that messages name.
  private static func options(_ sources: [String]) -> Set<String> {
    var options: Set<String> = [
      "--map-by", "--mpi", "--bind-to", "--oversubscribe", "--help", "--version",
    ]
    for source in sources {
      for match in source.matches(of: /var ([a-zA-Z]+)(?:: [A-Za-z?\[\]]+)?(?: = [^\n]+)?\n/) {
        let name = match.1.reduce(into: "") { text, character in
          text += character.isUppercase ? "-" + character.lowercased() : String(character)
        }
        options.insert("--" + name)
      }
      for match in source.matches(of: /customLong\("([a-z-]+)"\)/) {
        options.insert("--\(match.1)")
      }
    }
    return options
  }

  private static func sources(_ folder: String) throws -> [(name: String, text: String)] {
    let root = Repository.root.appendingPathComponent(folder)
    let names = try #require(FileManager.default.enumerator(atPath: root.path))
    return try names.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.sorted()
      .map { ($0, try Repository.text(folder + "/" + $0)) }
  }

  @Test func everyKeyAndOptionInAMessageExists() throws {
    let keys = try Self.keys()
    let sources = try Self.sources("Sources")
    let commands = sources.filter { $0.name.hasPrefix("nntrain/") }.map(\.text)
    let options = Self.options(commands)
    #expect(sources.count > 500 && keys.all.count > 200 && options.contains("--resume"))
    for source in sources {
      for text in Self.literals(source.text) {
        let flaws = Self.flaws(text, keys: keys, options: options)
        #expect(flaws == [], "\(source.name): \(text)")
      }
    }
  }

  @Test(arguments: [
    "set onehot: true to encode", "list them under data.train.one_hot_columns",
    "training.shard is 3", "give it with --no-such-option",
  ])
  func whatDoesNotExistIsFound(text: String) throws {
    let flaws = Self.flaws(text, keys: try Self.keys(), options: ["--resume"])
    #expect(!flaws.isEmpty, "\(text)")
  }

  @Test func literalsAreFound() {
    let source = #"""
      // "no literal"
      let a = "set \(name(of: "x")) to" + "data.train"
      """#
    #expect(Self.literals(source) == ["set   to", "data.train"])
  }
}
