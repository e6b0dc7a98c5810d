/// Where in the tree a value stands: the keys and indices that lead to it, for error messages.
struct Place: Sendable {
  /// The keys and indices from the root.
  var path: [String] = []

  func child(_ key: String) -> Place { Place(path: path + [key]) }

  /// The path joined by dots, as `--set` takes it.
  var text: String { path.isEmpty ? "the configuration" : path.joined(separator: ".") }

  /// `node` is not what belongs here.
  func mismatch(_ node: ConfigurationNode, _ words: String) -> ConfigurationError {
    var message = "\(text) is \(node.found); it must be \(words)"
    if case .quoted(let inner) = node.content, Double(inner) != nil {
      message += " (a number is written without quotes)"
    }
    return ConfigurationError(at: node.position, message)
  }

  /// The key `key` at `position` does not belong here; `names` do, `unavailable` will.
  func unknown(
    _ key: String, at position: SourcePosition, among names: [String], unavailable: [String] = []
  ) -> ConfigurationError {
    unknown(child(key).text, key, at: position, among: names, unavailable: unavailable)
  }

  /// The method `name` at `position` is not a `noun`.
  func unknownMethod(
    _ noun: String, _ name: String, at position: SourcePosition, among names: [String],
    unavailable: [String] = []
  ) -> ConfigurationError {
    unknown(
      "\(text): \(noun) \"\(name)\"", name, at: position, among: names, unavailable: unavailable)
  }

  private func unknown(
    _ subject: String, _ name: String, at position: SourcePosition, among names: [String],
    unavailable: [String]
  ) -> ConfigurationError {
    if unavailable.contains(name) {
      return ConfigurationError(at: position, "\(subject) is not available in this version")
    }
    let near = NearestName.nearest(to: name, among: names + unavailable)
    let hint =
      if let near, unavailable.contains(near) {
        "\"\(near)\" is not available in this version"
      } else if let near {
        "did you mean \"\(near)\"?"
      } else if names.isEmpty {
        "there are no settings here"
      } else {
        "known are " + names.joined(separator: ", ")
      }
    return ConfigurationError(at: position, "\(subject) is not known; \(hint)")
  }
}
