import Yams

/// Turns YAML text into a tree of nodes with positions; the only place that knows the parser.
///
/// Scalars are read as YAML 1.2's core schema has them (only `true` and `false` are truth values,
/// so `on: all` has the key "on"). Left out: merge keys `<<`, tags, several documents in one file.
struct YAMLReader {
  /// What a file may hold at most, so that a few lines of aliases cannot fill the memory.
  static let largestNodeCount = 100_000
  /// How deep lists and sections may nest.
  static let largestDepth = 100
  /// How many aliases a text may use whose keys are not plain names.
  private static let largestAliasCount = 16

  /// Where marks of the parser lie.
  enum Source {
    case file(String)
    case override(String)
    case option(String, String)
  }

  private let source: Source
  private var count = 0

  private init(_ source: Source) { self.source = source }

  /// The tree of `text`; a null node where it holds nothing.
  ///
  /// - Throws: what is wrong with the syntax, and where; a key given twice; too many or too deeply
  ///   nested values, also where aliases expand to them.
  static func read(_ text: String, from source: Source) throws(ConfigurationError)
    -> ConfigurationNode
  {
    var reader = YAMLReader(source)
    // Editors on Windows begin a file with a byte order mark, which YAML allows.
    let hasMark = text.unicodeScalars.first == "\u{FEFF}"
    let text = hasMark ? String(String.UnicodeScalarView(text.unicodeScalars.dropFirst())) : text
    try reader.refuseExpandingKeys(text)
    let root: Node?
    do {
      // The basic resolver leaves scalars as they are and loads no regular expressions.
      root = try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
    } catch let error as YamlError {
      throw reader.worded(error)
    } catch {
      throw ConfigurationError(at: reader.position(), "\(error)")
    }
    guard let root else { return ConfigurationNode(.null, at: reader.position()) }
    return try reader.node(root, depth: 0)
  }

  /// Refuses texts whose aliases may stand within keys: the parser compares keys with everything
  /// that they expand to, before the tree can be counted.
  private func refuseExpandingKeys(_ text: String) throws(ConfigurationError) {
    let openers = Array(" \t\r\n[{,:?-".utf8)
    let closers = Array("]}".utf8)
    var aliases = 0
    var hasComplexKey = false
    /// The two bytes before, the last one that is no blank, and whether that one ended an alias.
    var (beforePrevious, previous) = (UInt8(ascii: "\n"), UInt8(ascii: "\n"))
    var lastVisible = previous
    var inAlias = false
    for byte in text.utf8 {
      let isBlank = byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
      let isName = YAMLReader.isAliasLetter(byte)
      if previous == UInt8(ascii: "*"), isName, openers.contains(beforePrevious) {
        aliases += 1
        inAlias = true
      }
      if byte == UInt8(ascii: ":"), inAlias || closers.contains(lastVisible) {
        hasComplexKey = true
      }
      if previous == UInt8(ascii: "?"), openers.contains(byte), openers.contains(beforePrevious) {
        hasComplexKey = true
      }
      // An alias ends at its first other letter, but blanks may still lie before the colon.
      if !isName && !isBlank
        || isName && !YAMLReader.isAliasLetter(previous)
          && previous != UInt8(ascii: "*")
      {
        inAlias = false
      }
      if !isBlank { lastVisible = byte }
      (beforePrevious, previous) = (previous, byte)
    }
    if aliases > YAMLReader.largestAliasCount, hasComplexKey {
      throw ConfigurationError(
        at: position(), "aliases (*name) stand beside keys that are no plain names")
    }
  }

  private static func isAliasLetter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  private func position(_ mark: Mark?) -> SourcePosition {
    position(line: mark?.line ?? 1, column: mark?.column ?? 1)
  }

  private func position(line: Int = 1, column: Int = 1) -> SourcePosition {
    switch source {
    case .file(let name): .file(name, line: line, column: column)
    case .override(let text): .override(text)
    case .option(let name, let text): .option(name, text)
    }
  }

  private mutating func node(_ node: Node, depth: Int) throws(ConfigurationError)
    -> ConfigurationNode
  {
    let position = position(node.mark)
    count += 1
    guard count <= YAMLReader.largestNodeCount else {
      throw ConfigurationError(
        at: position,
        "the file expands to more than \(YAMLReader.largestNodeCount) values; "
          + "do aliases (*name) repeat one another?")
    }
    guard depth <= YAMLReader.largestDepth else {
      throw ConfigurationError(
        at: position, "values are nested more than \(YAMLReader.largestDepth) deep")
    }
    switch node {
    case .scalar(let scalar):
      let tag = try accepted(scalar.tag, kind: .str, at: position)
      let isPlain = scalar.style == .plain && tag == .implicit
      if isPlain, ["", "~", "null", "Null", "NULL"].contains(scalar.string) {
        return ConfigurationNode(.null, at: position)
      }
      let content: ConfigurationNode.Content =
        isPlain ? .plain(scalar.string) : .quoted(scalar.string)
      return ConfigurationNode(content, at: position)
    case .sequence(let sequence):
      _ = try accepted(sequence.tag, kind: .seq, at: position)
      var elements: [ConfigurationNode] = []
      for element in sequence { elements.append(try self.node(element, depth: depth + 1)) }
      return ConfigurationNode(.list(elements), at: position)
    case .mapping(let mapping):
      _ = try accepted(mapping.tag, kind: .map, at: position)
      var entries: [ConfigurationNode.Entry] = []
      for (key, value) in mapping {
        guard case .scalar(let name) = key else {
          throw ConfigurationError(
            at: self.position(key.mark), "a key is a list or a section; it must be a name")
        }
        let entry = ConfigurationNode.Entry(
          key: name.string, position: self.position(key.mark),
          value: try self.node(value, depth: depth + 1))
        entries.append(entry)
      }
      return ConfigurationNode(.section(entries), at: position)
    case .alias(let alias):
      throw ConfigurationError(at: position, "the alias *\(alias.anchor) is not known")
    }
  }

  /// The name of `tag`, which must be absent or say what the node is anyway.
  private func accepted(_ tag: Tag, kind: Tag.Name, at position: SourcePosition)
    throws(ConfigurationError) -> Tag.Name
  {
    let name = Tag.Name(rawValue: tag.description)
    guard [.implicit, .nonSpecific, kind].contains(name) else {
      throw ConfigurationError(
        at: position, "the tag \(name.rawValue) is not supported; leave it out")
    }
    return name
  }

  private func worded(_ error: YamlError) -> ConfigurationError {
    switch error {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      // The composer's context is the parser's own note on documents, with an invented mark.
      var message = problem
      if let context, !context.text.hasPrefix("expected a single") {
        message = "\(context.text): \(problem)"
      }
      return ConfigurationError(at: position(mark), "this is no YAML: \(message)")
    case .reader(let problem, let offset, _, let yaml):
      let before = yaml.prefix(offset ?? 0)
      let line = before.reduce(1) { $1.isNewline ? $0 + 1 : $0 }
      let column = before.reversed().prefix { !$0.isNewline }.count + 1
      return ConfigurationError(
        at: position(line: line, column: column), "this is no YAML: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      return ConfigurationError(
        at: position(context.mark),
        "\(duplicates.map { "\"\($0)\"" }.joined(separator: " and ")) is given more than once in "
          + "one section; keep one of them")
    default:
      return ConfigurationError(at: position(), "this is no YAML: \(error)")
    }
  }
}
