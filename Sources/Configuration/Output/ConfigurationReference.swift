/// The reference of all keys and methods as Markdown, from the same declarations that parse them.
public enum ConfigurationReference {
  /// The reference; `docs/configuration.md` ends with it.
  public static func markdown() -> String {
    var text = ""
    var choices: [ChoiceGrammar] = []
    guard case .section(let root) = RunConfiguration.grammar else { return text }
    text += "### The file\n\n" + table(root.fields, &choices)
    for field in root.fields {
      guard case .section(let section) = field.grammar() else { continue }
      text += "\n### `\(field.key)`\n\n\(shorthandNote(section))" + table(section.fields, &choices)
      for inner in section.fields where inner.key != "validation" && inner.key != "test" {
        guard case .section(let section) = inner.grammar() else { continue }
        let title = inner.key == "train" ? "train`, `validation`, `test" : inner.key
        text += "\n#### `\(title)` within `\(field.key)`\n\n\(shorthandNote(section))"
        text += table(section.fields, &choices)
        for innermost in section.fields {
          guard case .section(let section) = innermost.grammar() else { continue }
          text += "\n##### `\(innermost.key)` within `\(title)`\n\n\(shorthandNote(section))"
          text += table(section.fields, &choices)
        }
      }
    }
    // Choices come in the order in which they are first met; their settings may lead to more.
    var index = 0
    while index < choices.count {
      text += Self.text(of: choices[index], &choices)
      index += 1
    }
    return text
  }

  private static func text(of choice: ChoiceGrammar, _ choices: inout [ChoiceGrammar]) -> String {
    var text = "\n### \(plural(choice.noun))\n\n| name | what it is |\n|---|---|\n"
    for method in choice.methods {
      let names = method.names.map { "`\($0)`" }.joined(separator: ", ")
      text += "| \(names) | \(escaped(method.doc)) |\n"
    }
    for method in choice.methods {
      let fields = method.settings.fields
      // Neither does a layer need a table that has nothing but a name, nor an activation a second.
      let isActivation = Registry.activations.methods.contains { $0.names == method.names }
      let isKnown = choice.noun == Registry.layers.noun && isActivation
      guard !isKnown, fields.contains(where: { $0.key != "name" }) else { continue }
      text += "\n#### \(choice.noun) `\(method.names[0])`\n\n\(shorthandNote(method.settings))"
      text += table(fields, &choices)
    }
    // Sections that several methods have are told once.
    var told: Set<String> = []
    for field in choice.methods.flatMap(\.settings.fields) {
      guard case .section(let section) = field.grammar(), told.insert(field.key).inserted else {
        continue
      }
      let article = Grammar.article(choice.noun)
      text += "\n#### `\(field.key)` of \(article)\n\n\(shorthandNote(section))"
      text += table(section.fields, &choices)
    }
    return text
  }

  private static func shorthandNote(_ section: SectionGrammar) -> String {
    guard let key = section.shorthand else { return "" }
    let isChoice = section.shorthandChoice != nil
    return "A value in place of the section is its `\(key)`"
      + (isChoice ? ", and its name with settings may stand beside the other keys" : "") + ".\n\n"
  }

  private static func table(_ fields: [FieldGrammar], _ choices: inout [ChoiceGrammar]) -> String {
    var text = "| key | value | default | meaning |\n|---|---|---|---|\n"
    for field in fields {
      let grammar = field.grammar()
      var met = grammar
      if case .list(let list) = grammar { met = list.element() }
      if case .choice(let choice) = met, !choices.contains(where: { $0.noun == choice.noun }) {
        choices.append(choice)
      }
      let standard = field.isRequired ? "required" : field.defaultText.map { "`\($0)`" } ?? ""
      text +=
        "| `\(field.key)` | \(escaped(grammar.words)) | \(standard) | \(escaped(field.doc)) |\n"
    }
    return text
  }

  private static func plural(_ noun: String) -> String {
    noun.prefix(1).uppercased() + noun.dropFirst() + "s"
  }

  /// `text` within a table, where a bar would begin another column.
  private static func escaped(_ text: String) -> String {
    text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  }
}
