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

  /// The key `key` at `position` does not belong here; `names` do.
  func unknown(
    _ key: String, at position: SourcePosition, among names: [String]
  ) -> ConfigurationError {
    let hint: String
    if let answer = Guidance.key(key, at: path) {
      hint = answer
    } else if case let places = KeyPlaces.paths(of: key), !places.isEmpty {
      hint = "it belongs elsewhere: write \(places.prefix(3).joined(separator: " or "))"
    } else {
      hint = Place.hint(key, among: names)
    }
    return ConfigurationError(at: position, "\(child(key).text) is not known; \(hint)")
  }

  /// The method `name` at `position` is not a `noun`.
  func unknownMethod(
    _ noun: String, _ name: String, at position: SourcePosition, among names: [String]
  ) -> ConfigurationError {
    let hint = Guidance.method(name, noun: noun) ?? Place.hint(name, among: names)
    return ConfigurationError(
      at: position, "\(text): \(noun) \"\(name)\" is not known; \(hint)")
  }

  /// The nearest of `names`, or all of them.
  private static func hint(_ name: String, among names: [String]) -> String {
    if let near = NearestName.nearest(to: name, among: names) { return "did you mean \"\(near)\"?" }
    if names.isEmpty { return "there are no settings here" }
    return "known are " + names.joined(separator: ", ")
  }
}
