/// The JSON schema of configurations, from the same declarations that parse them.
///
/// JSON Schema draft 2020-12, https://json-schema.org/draft/2020-12. Editors with a YAML language
/// server complete and check with it. Left out: rules over several keys, which only reading checks.
public enum ConfigurationSchema {
  /// The schema as text; `configs/schema.json` is this.
  public static func jsonSchema() -> String {
    var definitions = Definitions()
    var members: [(String, JSONText)] = [
      ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
      ("title", .string("nntrain configuration")),
    ]
    if case .object(let root) = definitions.schema(of: RunConfiguration.grammar) {
      members += root
    }
    members.append(("$defs", .object(definitions.members)))
    return JSONText.object(members).text() + "\n"
  }

  /// Schemas of choices, which are written once and referred to.
  private struct Definitions {
    var members: [(String, JSONText)] = []
    private var begun: Set<String> = []

    mutating func schema(of grammar: Grammar) -> JSONText {
      switch grammar {
      case .scalar(let scalar): return scalar.schema
      case .list(let list):
        return .object([("type", .string("array")), ("items", schema(of: list.element()))])
      case .section(let section): return schema(of: section)
      case .choice(let choice):
        let name = choice.noun.map { $0 == " " ? "_" : String($0) }.joined()
        if begun.insert(name).inserted {
          let place = members.count
          members.append((name, .object([])))
          members[place].1 = schema(of: choice)
        }
        return .object([("$ref", .string("#/$defs/\(name)"))])
      }
    }

    /// The keys of a section, or what stands in its place.
    private mutating func schema(of section: SectionGrammar) -> JSONText {
      var properties: [(String, JSONText)] = []
      for field in section.fields {
        let value = schema(of: field.grammar())
        properties.append((field.key, described(value, field)))
        for word in section.synonyms(of: field) {
          properties.append((word, synonym(value, of: field)))
        }
      }
      for method in section.shorthandChoice?.methods ?? [] {
        let settings = schema(of: method.settings)
        properties += method.names.map { ($0, described(settings, method)) }
      }
      var members: [(String, JSONText)] = [
        ("type", .string("object")), ("additionalProperties", .bool(false)),
        ("properties", .object(properties)),
      ]
      let required = section.fields.filter(\.isRequired)
      let (plain, other) = (
        required.filter { section.synonyms(of: $0).isEmpty },
        required.filter { !section.synonyms(of: $0).isEmpty }
      )
      if !plain.isEmpty {
        members.append(("required", .array(plain.map { .string($0.key) })))
      }
      if !other.isEmpty {
        let rules = other.map { field in
          JSONText.alternatives(
            ([field.key] + section.synonyms(of: field)).map { word in
              .object([("required", .array([.string(word)]))])
            })
        }
        members.append(("allOf", .array(rules)))
      }
      guard let shorthand = section.shorthandField else { return .object(members) }
      return .alternatives([.object(members), schema(of: shorthand.grammar())])
    }

    /// The schema of a word that is read as the key of `field`; editors strike it through.
    private func synonym(_ value: JSONText, of field: FieldGrammar) -> JSONText {
      guard case .object(let members) = value else { return value }
      return .object(
        [("description", .string("The same as \(field.key).")), ("deprecated", .bool(true))]
          + members)
    }

    private func described(_ value: JSONText, _ field: FieldGrammar) -> JSONText {
      guard case .object(let members) = value else { return value }
      let text = field.doc + (field.defaultText.map { " Default: \($0)." } ?? "")
      return .object([("description", .string(text))] + members)
    }

    /// A name alone, or a name with its settings.
    private mutating func schema(of choice: ChoiceGrammar) -> JSONText {
      var properties: [(String, JSONText)] = []
      var bare: [String] = []
      for method in choice.methods {
        let settings = schema(of: method.settings)
        for name in method.names {
          properties.append((name, described(settings, method)))
        }
        if !method.settings.fields.contains(where: \.isRequired) { bare += method.names }
      }
      let named: JSONText = .object([
        ("type", .string("object")), ("additionalProperties", .bool(false)),
        ("minProperties", .number("1")), ("maxProperties", .number("1")),
        ("properties", .object(properties)),
      ])
      return bare.isEmpty ? named : .alternatives([.names(bare), named])
    }

    private func described(_ settings: JSONText, _ method: MethodGrammar) -> JSONText {
      guard case .object(let members) = settings else { return settings }
      return .object([("description", .string(method.doc))] + members)
    }
  }
}
