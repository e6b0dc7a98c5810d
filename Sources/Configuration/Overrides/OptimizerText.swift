extension OptimizerConfiguration {
  /// The optimizer that `text` tells as a configuration would: `adam`, or
  /// `momentum: {learning_rate: 0.01}`, with or without braces around.
  ///
  /// - Throws: ``ConfigurationError`` of the kind `badConfiguration` where there is no such optimizer or
  ///   setting, or a value is out of its range; `malformedOverride` where it is no YAML.
  public init(text: String) throws(ConfigurationError) {
    let source = SourcePosition.option("--optimizer", text)
    let tree: ConfigurationNode
    do {
      tree = try YAMLReader.read(text, from: .option("--optimizer", text))
    } catch {
      throw ConfigurationError(.malformedOverride, at: source, error.message)
    }
    guard !tree.isNull else {
      throw ConfigurationError(.malformedOverride, at: source, "there is no name of an optimizer")
    }
    let choice = Registry.optimizers
    self = try choice.decode(choice.grammar.expanding(tree), Place(path: ["optimizer"]))
  }

  /// The name of the rule.
  public var name: String {
    let node = Registry.optimizers.encode(self)
    return node.entries?.first?.key ?? node.text ?? ""
  }

  /// The optimizer on one line, as a configuration would tell it.
  public var text: String { YAMLWriter.line(Registry.optimizers.encode(self)) }
}
