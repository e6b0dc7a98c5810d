/// One row of the registry: a method, its names, its settings, and the value that it becomes.
struct Method<Value>: Sendable {
  /// The name, then its synonyms.
  let names: [String]
  let doc: String
  let grammar: @Sendable () -> SectionGrammar
  /// The value from its settings, told where the method is named.
  let decode:
    @Sendable (ConfigurationNode, SourcePosition, Place) throws(ConfigurationError) -> Value
  /// The settings of a value of this method; nil for values of others.
  let encode: @Sendable (Value) -> ConfigurationNode?

  /// The method called `names` whose settings are read by `section`.
  ///
  /// - Parameters:
  ///   - make: the value from its settings and the place where the method is named.
  ///   - settings: the settings of a value of this method, nil for values of others.
  init<Settings>(
    _ names: [String], _ doc: String, _ section: Section<Settings>,
    make: @escaping @Sendable (Settings, SourcePosition) -> Value,
    settings: @escaping @Sendable (Value) -> Settings?
  ) {
    self.names = names
    self.doc = doc
    grammar = { section.grammar }
    decode = { (node, position, place) throws(ConfigurationError) in
      make(try section.decode(node, place), position)
    }
    encode = { settings($0).map(section.encode) }
  }

  private init(
    _ names: [String], _ doc: String, grammar: @escaping @Sendable () -> SectionGrammar,
    decode:
      @escaping @Sendable (ConfigurationNode, SourcePosition, Place)
      throws(ConfigurationError) -> Value,
    encode: @escaping @Sendable (Value) -> ConfigurationNode?
  ) {
    self.names = names
    self.doc = doc
    self.grammar = grammar
    self.decode = decode
    self.encode = encode
  }

  /// The same names and settings for values that hold such a value, described by `doc`.
  func mapped<Other>(
    _ doc: String, _ wrap: @escaping @Sendable (Value) -> Other,
    _ unwrap: @escaping @Sendable (Other) -> Value?
  ) -> Method<Other> {
    let (decode, encode) = (self.decode, self.encode)
    return Method<Other>(
      names, doc, grammar: grammar,
      decode: { (node, position, place) throws(ConfigurationError) in
        wrap(try decode(node, position, place))
      }, encode: { unwrap($0).flatMap(encode) })
  }
}

/// Methods of one sort, one of which a configuration names.
struct Choice<Value>: Sendable {
  /// What the methods are: `optimizer`.
  let noun: String
  let methods: [Method<Value>]

  /// The description without the types.
  var grammar: ChoiceGrammar {
    let described = methods.map {
      MethodGrammar(names: $0.names, doc: $0.doc, settings: $0.grammar())
    }
    return ChoiceGrammar(noun: noun, methods: described)
  }

  /// The value of a node `{name: settings}`.
  func decode(_ node: ConfigurationNode, _ place: Place) throws(ConfigurationError) -> Value {
    let words = "the name of \(Grammar.article(noun))"
    guard let entries = node.entries, let entry = entries.first else {
      throw place.mismatch(node, words)
    }
    guard let method = methods.first(where: { $0.names.contains(entry.key) }) else {
      throw place.unknownMethod(
        noun, entry.key, at: entry.position, among: methods.flatMap(\.names))
    }
    guard entries.count == 1 else {
      throw ConfigurationError(
        at: entries[1].position,
        "\(place.text) names \"\(entry.key)\" and \"\(entries[1].key)\"; it must be one "
          + "\(noun), whose settings stand within its braces or are indented below it")
    }
    return try method.decode(entry.value, entry.position, place.child(entry.key))
  }

  /// A node that reads back as `value`: the name alone where there are no settings, else
  /// `{name: settings}`.
  ///
  /// - Precondition: `value` is of a method of this choice.
  func encode(_ value: Value) -> ConfigurationNode {
    for method in methods {
      if let settings = method.encode(value) {
        let name = method.names[0]
        let entries = settings.entries ?? []
        if entries.isEmpty { return .plain(name) }
        // The short form `{dropout: 0.5}` stands for its only setting.
        if entries.count == 1, entries[0].key == method.grammar().shorthand {
          return .section([(name, entries[0].value)])
        }
        return .section([(name, settings)])
      }
    }
    preconditionFailure("\(value) is no \(noun) of the registry")
  }

  /// The choice as a value of a field.
  var codec: ValueCodec<Value> {
    ValueCodec(
      grammar: { .choice(grammar) },
      decode: { (node, place) throws(ConfigurationError) in try decode(node, place) },
      encode: { encode($0) })
  }
}
