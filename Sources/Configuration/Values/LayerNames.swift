/// The names that a configuration gives to layers: they lead `--set` to a layer and begin the names of
/// its parameters, so no two layers share one.
enum LayerNames {
  /// `text`, where it can be a name.
  static func name(_ text: String) -> String? {
    guard YAMLWriter.isPlainText("_" + text), let first = text.first,
      first.isLetter || first == "_", !text.contains(where: { $0 == "." || $0 == "/" })
    else { return nil }
    return text
  }

  /// Checks the list of layers `model`, with the layers of its blocks.
  ///
  /// - Throws: the second layer of a name, with its place.
  static func check(_ model: ConfigurationNode) throws(ConfigurationError) {
    var seen: [String: SourcePosition] = [:]
    try collect(model, into: &seen)
  }

  private static func collect(
    _ layers: ConfigurationNode, into seen: inout [String: SourcePosition]
  ) throws(ConfigurationError) {
    for layer in layers.list ?? [] {
      guard let settings = layer.entries?.first?.value else { continue }
      if let name = settings["name"], let text = name.text {
        if let first = seen.updateValue(name.position, forKey: text) {
          throw ConfigurationError(
            at: name.position,
            "the layer name \"\(text)\" is taken at \(first); give every layer its own")
        }
      }
      if let inner = settings["layers"] { try collect(inner, into: &seen) }
      for branch in settings["branches"]?.list ?? [] { try collect(branch, into: &seen) }
    }
  }
}
