/// One `--set KEY=VALUE`: a path into the configuration and the YAML value to stand there.
struct ConfigurationOverride: Sendable {
  /// The words as they were given, without `--set`.
  let text: String
  /// The keys, indices and names that lead to the place.
  let path: [String]
  /// The value with short forms as they were given.
  let value: ConfigurationNode

  private var position: SourcePosition { .override(text) }

  /// The override that `text` tells.
  ///
  /// - Throws: ``ConfigurationError`` of the kind `malformedOverride`.
  init(_ text: String) throws(ConfigurationError) {
    func malformed(_ reason: String) -> ConfigurationError {
      ConfigurationError(
        .malformedOverride, at: .override(text),
        "\(reason); it must be KEY=VALUE, such as training.epochs=5")
    }
    guard let equals = text.firstIndex(of: "=") else { throw malformed("there is no \"=\"") }
    let key = text[..<equals]
    guard !key.isEmpty else { throw malformed("there is no key before \"=\"") }
    let path = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard path.allSatisfy({ part in !part.isEmpty && !part.contains(where: \.isWhitespace) }) else {
      throw malformed("\"\(key)\" is no key")
    }
    self.text = text
    self.path = path
    do {
      value = try YAMLReader.read(String(text[text.index(after: equals)...]), from: .override(text))
    } catch {
      throw ConfigurationError(.malformedOverride, at: .override(text), error.message)
    }
  }

  /// `root` with the value set; short forms of `root` are expanded before.
  ///
  /// - Throws: an unknown key, an index beyond the list, a path into a value without parts.
  func applied(to root: ConfigurationNode, grammar: Grammar) throws(ConfigurationError)
    -> ConfigurationNode
  {
    try setting(path[...], in: root, grammar, Place())
  }

  private func setting(
    _ rest: ArraySlice<String>, in node: ConfigurationNode, _ grammar: Grammar, _ place: Place
  ) throws(ConfigurationError) -> ConfigurationNode {
    guard let key = rest.first else { return grammar.expanding(value) }
    switch grammar {
    case .scalar(let scalar):
      throw failure("\(place.text) has no part \"\(key)\"; it is \(scalar.words)")
    case .section(let section): return try setting(key, rest, in: node, section, place)
    case .choice(let choice): return try setting(key, rest, in: node, choice, place)
    case .list(let list): return try setting(key, rest, in: node, list, place)
    }
  }

  private func setting(
    _ key: String, _ rest: ArraySlice<String>, in node: ConfigurationNode,
    _ section: SectionGrammar, _ place: Place
  ) throws(ConfigurationError) -> ConfigurationNode {
    var key = key
    var rest = rest.dropFirst()
    var field = section.field(key)
    if field == nil, let shorthand = section.shorthandField, shorthand.grammar().hasParts {
      // `model.2.0` leads into the layers of the block without naming its key.
      rest = [key] + rest
      key = shorthand.key
      field = shorthand
    }
    guard let field else {
      throw place.unknown(key, at: position, among: section.fields.map(\.key))
    }
    key = field.key
    if !node.isNull, node.entries == nil { throw place.mismatch(node, "a section") }
    var entries = node.entries ?? []
    let index = entries.firstIndex { $0.key == key }
    let old = index.map { entries[$0].value } ?? ConfigurationNode(.null, at: node.position)
    let value = try setting(rest, in: old, field.grammar(), place.child(key))
    if let index {
      entries[index].value = value
    } else {
      entries.append(ConfigurationNode.Entry(key: key, position: position, value: value))
    }
    return ConfigurationNode(.section(entries), at: node.position)
  }

  private func setting(
    _ key: String, _ rest: ArraySlice<String>, in node: ConfigurationNode,
    _ choice: ChoiceGrammar, _ place: Place
  ) throws(ConfigurationError) -> ConfigurationNode {
    let entry = node.entries.flatMap { $0.count == 1 ? $0[0] : nil }
    let current = entry.flatMap { choice.method($0.key) }
    if let entry, let current {
      let field = current.settings.field(key)
      let leadsOn = field.map { rest.count == 1 || $0.grammar().hasParts } ?? false
      if leadsOn || choice.method(key) == nil {
        var entry = entry
        entry.value = try setting(
          rest, in: entry.value, .section(current.settings), place.child(entry.key))
        return ConfigurationNode(.section([entry]), at: node.position)
      }
    }
    guard let method = choice.method(key) else {
      if entry == nil, node.isNull {
        throw failure(
          "\(place.text) names no \(choice.noun) whose \"\(key)\" could be set; "
            + "set \(place.text)=NAME first")
      }
      throw place.unknownMethod(
        choice.noun, key, at: position, among: choice.methods.flatMap(\.names))
    }
    // A path that names a method chooses it; its settings stay where it is the present one.
    let isPresent = entry.map { method.names.contains($0.key) } ?? false
    let name = isPresent ? entry?.key ?? key : choice.canonical(key)
    let old = isPresent ? entry?.value : nil
    var settings = try setting(
      rest.dropFirst(), in: old ?? ConfigurationNode(.section([]), at: position),
      .section(method.settings), place.child(name))
    if settings.isNull { settings = ConfigurationNode(.section([]), at: position) }
    let chosen = ConfigurationNode.Entry(
      key: name, position: isPresent ? entry?.position ?? position : position, value: settings)
    return ConfigurationNode(.section([chosen]), at: isPresent ? node.position : position)
  }

  private func setting(
    _ key: String, _ rest: ArraySlice<String>, in node: ConfigurationNode, _ list: ListGrammar,
    _ place: Place
  ) throws(ConfigurationError) -> ConfigurationNode {
    if !node.isNull, node.list == nil { throw place.mismatch(node, list.words) }
    var elements = node.list ?? []
    let names = elements.map(ConfigurationOverride.name)
    guard let index = Int(key) ?? names.firstIndex(of: key) else {
      throw place.unknown(key, at: position, among: names.compactMap(\.self))
    }
    guard elements.indices.contains(index) else {
      let range = elements.isEmpty ? "is empty" : "has the indices 0 to \(elements.count - 1)"
      throw failure("\(place.text) has no element \(index); it \(range)")
    }
    elements[index] = try setting(
      rest.dropFirst(), in: elements[index], list.element(), place.child(key))
    return ConfigurationNode(.list(elements), at: node.position)
  }

  /// The name that an element of a list gives itself: the `name` among its settings.
  private static func name(of element: ConfigurationNode) -> String? {
    element.entries?.first?.value["name"]?.text
  }

  private func failure(_ message: String) -> ConfigurationError {
    ConfigurationError(at: position, message)
  }
}
