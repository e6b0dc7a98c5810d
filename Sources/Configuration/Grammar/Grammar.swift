/// What may stand at one place of a configuration.
///
/// The same description expands short forms, guides `--set`, and yields the JSON schema and the
/// reference; the typed reading beside it is ``ValueCodec``.
indirect enum Grammar: Sendable {
  /// A value without named parts.
  case scalar(ScalarGrammar)
  /// A list whose elements have parts.
  case list(ListGrammar)
  /// Keys and their values.
  case section(SectionGrammar)
  /// A method by its name, with its settings.
  case choice(ChoiceGrammar)
}

/// A value without named parts: a number, a name, a few numbers.
struct ScalarGrammar: Sendable {
  /// What it must be, as a noun: `an integer, at least 1`.
  var words: String
  /// The JSON schema of the value.
  var schema: JSONText
}

/// A list whose elements have parts.
struct ListGrammar: Sendable {
  /// What it must be, as a noun.
  var words: String
  /// What an element is; asked for late, since blocks hold layers.
  var element: @Sendable () -> Grammar
}

/// One key of a section.
struct FieldGrammar: Sendable {
  var key: String
  var grammar: @Sendable () -> Grammar
  var isRequired: Bool
  /// The value where none is given, as it would be written; nil where there is none.
  var defaultText: String?
  /// One sentence for the reference and the schema.
  var doc: String
}

/// Keys and their values.
struct SectionGrammar: Sendable {
  var fields: [FieldGrammar]
  /// The key that a value takes which stands in place of the section: `dropout: 0.5`.
  var shorthand: String?

  var shorthandField: FieldGrammar? { shorthand.flatMap(field) }

  /// The methods that the shorthand takes, which may stand beside the other keys.
  var shorthandChoice: ChoiceGrammar? {
    if case .choice(let choice)? = shorthandField?.grammar() { choice } else { nil }
  }
}

/// One method that can be named.
struct MethodGrammar: Sendable {
  /// The name, then its synonyms.
  var names: [String]
  /// One sentence for the reference and the schema.
  var doc: String
  var settings: SectionGrammar
}

/// Methods of one sort, one of which is named.
struct ChoiceGrammar: Sendable {
  /// What the methods are: `optimizer`.
  var noun: String
  var methods: [MethodGrammar]
}

extension Grammar {
  /// What must stand there, as a noun.
  var words: String {
    switch self {
    case .scalar(let scalar): scalar.words
    case .list(let list): list.words
    case .section: "a section"
    case .choice(let choice): "the name of \(Grammar.article(choice.noun))"
    }
  }

  /// The JSON schema of a value without named parts.
  var scalarSchema: JSONText {
    guard case .scalar(let scalar) = self else { preconditionFailure("the value has parts") }
    return scalar.schema
  }

  static func article(_ noun: String) -> String {
    ("aeiou".contains(noun.first ?? "x") ? "an " : "a ") + noun
  }

  /// Whether a path may lead into such a value.
  var hasParts: Bool {
    if case .scalar = self { false } else { true }
  }
}
