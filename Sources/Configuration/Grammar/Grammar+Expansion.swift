extension Grammar {
  /// `node` with every short form within it written out: `adam` is `{adam: {}}`, `{dropout: 0.5}`
  /// is `{dropout: {rate: 0.5}}`. Synonyms become the names used here.
  ///
  /// What does not fit is left as it is, to be reported with its position when it is read.
  func expanding(_ node: ConfigurationNode) -> ConfigurationNode {
    switch self {
    case .scalar: return node
    case .list(let list):
      guard let elements = node.list else { return node }
      let grammar = list.element()
      return ConfigurationNode(.list(elements.map(grammar.expanding)), at: node.position)
    case .section(let section): return section.expanding(node)
    case .choice(let choice): return choice.expanding(node)
    }
  }
}

extension SectionGrammar {
  func expanding(_ node: ConfigurationNode) -> ConfigurationNode {
    guard !node.isNull else { return node }
    if let shorthand = shorthandField {
      let grammar = shorthand.grammar()
      if node.entries == nil {
        let entry = ConfigurationNode.Entry(
          key: shorthand.key, position: node.position, value: grammar.expanding(node))
        return ConfigurationNode(.section([entry]), at: node.position)
      }
    }
    guard let entries = node.entries.map(gatheringMethods) else { return node }
    let expanded = entries.map { entry in
      var entry = entry
      if let field = field(entry.key) {
        entry.value = field.grammar().expanding(entry.value)
        // Beside its own key a synonym is left as it is, to be reported.
        if !entries.contains(where: { $0.key == field.key }) { entry.key = field.key }
      }
      return entry
    }
    return ConfigurationNode(.section(expanded), at: node.position)
  }

  /// `entries` with the methods of the shorthand below its key, as in `activation: {elu: {alpha: 2}}`
  /// and `schedule: {warmup: 1, cosine: {end: 0.1}}`.
  private func gatheringMethods(_ entries: [ConfigurationNode.Entry]) -> [ConfigurationNode.Entry] {
    guard let shorthand = shorthandField, let choice = shorthandChoice,
      !entries.contains(where: { $0.key == shorthand.key })
    else { return entries }
    func isMethod(_ entry: ConfigurationNode.Entry) -> Bool {
      field(entry.key) == nil && choice.method(entry.key) != nil
    }
    let methods = entries.filter(isMethod)
    guard let first = methods.first else { return entries }
    let gathered = ConfigurationNode.Entry(
      key: shorthand.key, position: first.position,
      value: ConfigurationNode(.section(methods), at: first.position))
    return [gathered] + entries.filter { !isMethod($0) }
  }
}

extension ChoiceGrammar {
  func expanding(_ node: ConfigurationNode) -> ConfigurationNode {
    if let name = node.text {
      let empty = ConfigurationNode(.section([]), at: node.position)
      let entry = ConfigurationNode.Entry(
        key: canonical(name), position: node.position, value: empty)
      return ConfigurationNode(.section([entry]), at: node.position)
    }
    guard let entries = node.entries else { return node }
    let expanded = entries.map { entry in
      var entry = entry
      if let method = method(entry.key) {
        entry.key = canonical(entry.key)
        entry.value =
          entry.value.isNull
          ? ConfigurationNode(.section([]), at: entry.position)
          : method.settings.expanding(entry.value)
      }
      return entry
    }
    return ConfigurationNode(.section(expanded), at: node.position)
  }

  /// The name used here for the method that `word` names; `word` itself where it is one, or unknown.
  func canonical(_ word: String) -> String {
    guard let method = method(word), !method.names.contains(word) else { return word }
    return method.names[0]
  }
}
