/// A value of a configuration before its type is known, and where it was written.
struct ConfigurationNode: Sendable {
  /// One `key: value` of a section.
  struct Entry: Sendable {
    var key: String
    var position: SourcePosition
    var value: ConfigurationNode
  }

  /// What stands there.
  enum Content: Sendable {
    /// Nothing, `~` or `null`: the same as if the key were absent.
    case null
    /// A scalar without quotes: a name, a number or a truth value.
    case plain(String)
    /// A scalar in quotes: always text.
    case quoted(String)
    /// A sequence.
    case list([ConfigurationNode])
    /// A mapping in the order of the file.
    case section([Entry])
  }

  var content: Content
  var position: SourcePosition

  init(_ content: Content, at position: SourcePosition) {
    self.content = content
    self.position = position
  }

  /// A text, with quotes or without.
  var text: String? {
    switch content {
    case .plain(let text), .quoted(let text): text
    default: nil
    }
  }

  /// The characters of a scalar without quotes; numbers are read from these.
  var plain: String? {
    if case .plain(let text) = content { text } else { nil }
  }

  var isNull: Bool {
    if case .null = content { true } else { false }
  }

  var list: [ConfigurationNode]? {
    if case .list(let elements) = content { elements } else { nil }
  }

  var entries: [Entry]? {
    if case .section(let entries) = content { entries } else { nil }
  }

  /// The value of `key`; nil where it is absent or null, or where this is no section.
  subscript(key: String) -> ConfigurationNode? {
    guard let value = entries?.first(where: { $0.key == key })?.value, !value.isNull else {
      return nil
    }
    return value
  }

  /// What stands there in words, for error messages.
  var found: String {
    switch content {
    case .null: "empty"
    case .plain(let text), .quoted(let text):
      text.count <= 60 ? "\"\(text)\"" : "\"\(text.prefix(57))...\""
    case .list(let elements): elements.isEmpty ? "an empty list" : "a list"
    case .section: "a section"
    }
  }
}

extension ConfigurationNode {
  /// The place of nodes made by the program, which no message ever names.
  static let nowhere = SourcePosition.file("", line: 0, column: 0)

  static var null: ConfigurationNode { ConfigurationNode(.null, at: nowhere) }

  static func plain(_ text: String) -> ConfigurationNode {
    ConfigurationNode(.plain(text), at: nowhere)
  }

  /// Text, written in quotes where it would be taken for something else.
  static func text(_ text: String) -> ConfigurationNode {
    ConfigurationNode(.quoted(text), at: nowhere)
  }

  static func list(_ elements: [ConfigurationNode]) -> ConfigurationNode {
    ConfigurationNode(.list(elements), at: nowhere)
  }

  /// A section of the given keys and values, without those that are null.
  static func section(_ pairs: [(String, ConfigurationNode)]) -> ConfigurationNode {
    let entries = pairs.filter { !$0.1.isNull }.map {
      Entry(key: $0.0, position: nowhere, value: $0.1)
    }
    return ConfigurationNode(.section(entries), at: nowhere)
  }
}
