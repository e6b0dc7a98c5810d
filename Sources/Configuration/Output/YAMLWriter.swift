/// Writes a tree of nodes as YAML that reads back to the same tree.
///
/// Short lists and sections stand in braces on one line, as people write them; the sections of the
/// root always stand in lines of their own.
enum YAMLWriter {
  /// The widest line before a value is spread over several.
  private static let width = 96

  /// The text of a section, one key a line.
  static func text(of root: ConfigurationNode) -> String {
    var lines: [String] = []
    write(root, indent: 0, into: &lines)
    return lines.joined(separator: "\n") + "\n"
  }

  /// A value on one line.
  static func line(_ node: ConfigurationNode) -> String {
    switch node.content {
    case .null: "null"
    case .plain(let text): text
    case .quoted(let text): isPlainText(text) ? text : JSONText.quote(text)
    case .list(let elements): "[" + elements.map(line).joined(separator: ", ") + "]"
    case .section(let entries):
      "{" + entries.map { key($0.key) + ": " + line($0.value) }.joined(separator: ", ") + "}"
    }
  }

  private static func key(_ text: String) -> String {
    isPlainText(text) ? text : JSONText.quote(text)
  }

  private static func write(_ node: ConfigurationNode, indent: Int, into lines: inout [String]) {
    let margin = String(repeating: " ", count: indent)
    switch node.content {
    case .section(let entries) where !entries.isEmpty:
      for entry in entries {
        let head = margin + key(entry.key) + ":"
        write(entry.value, after: head, indent: indent, into: &lines)
      }
    case .list(let elements) where !elements.isEmpty:
      for element in elements {
        // An entry of one key keeps that key beside the dash: `- dropout: 0.5`.
        if let entries = element.entries, entries.count == 1 {
          write(
            entries[0].value, after: margin + "- " + key(entries[0].key) + ":",
            indent: indent + 2, into: &lines)
        } else {
          write(element, after: margin + "-", indent: indent, into: &lines)
        }
      }
    default: lines.append(margin + line(node))
    }
  }

  /// Writes `node` on the line that begins with `head`, or on lines of their own below it.
  private static func write(
    _ node: ConfigurationNode, after head: String, indent: Int, into lines: inout [String]
  ) {
    if fits(node, head) {
      lines.append(head + " " + line(node))
    } else {
      lines.append(head)
      write(node, indent: indent + 2, into: &lines)
    }
  }

  /// Whether `node` goes on the line of `head`: it is short, and holds at most one level of lists of
  /// sections.
  private static func fits(_ node: ConfigurationNode, _ head: String) -> Bool {
    switch node.content {
    case .null, .plain, .quoted: return true
    case .list(let elements):
      if elements.isEmpty { return true }
      let isOfSections = elements.contains { !($0.entries ?? []).isEmpty }
      if isOfSections, elements.count > 1 { return false }
    case .section(let entries):
      if entries.isEmpty { return true }
      if head.utf8.first != UInt8(ascii: " "), !head.hasPrefix("-"), entries.count > 3 {
        return false
      }
    }
    return head.utf8.count + 1 + line(node).utf8.count <= width
  }

  /// Whether `text` without quotes reads back as the same text.
  static func isPlainText(_ text: String) -> Bool {
    guard let first = text.utf8.first, isLetter(first) || first == UInt8(ascii: "_") else {
      return false
    }
    guard
      !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(text.lowercased())
    else { return false }
    return text.utf8.allSatisfy {
      isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        || "_./-".utf8.contains($0)
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}
