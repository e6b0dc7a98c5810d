/// One `--vary KEY=VALUE,VALUE,…`: a key of the configuration and the values that are tried for it.
public struct ConfigurationVariation: Hashable, Sendable {
  /// The way to the value, joined by dots.
  public let key: String
  /// The values as YAML.
  public let values: [String]

  /// The variation that `text` tells; commas within brackets, braces and quotes belong to a value.
  ///
  /// - Throws: ``ConfigurationError`` of the kind `malformedOverride`.
  public init(_ text: String) throws(ConfigurationError) {
    let position = SourcePosition.option("--vary", text)
    guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
      throw ConfigurationError(
        .malformedOverride, at: position,
        "it must be KEY=VALUE,VALUE, such as optimizer=sgd,momentum,adam")
    }
    key = String(text[..<equals])
    values = ConfigurationVariation.split(text[text.index(after: equals)...])
    for value in values {
      guard !value.isEmpty else {
        throw ConfigurationError(.malformedOverride, at: position, "a value is empty")
      }
      do {
        _ = try ConfigurationOverride("\(key)=\(value)")
      } catch {
        throw ConfigurationError(.malformedOverride, at: position, error.message)
      }
    }
    if let twice = values.indices.first(where: { values[..<$0].contains(values[$0]) }) {
      throw ConfigurationError(
        .malformedOverride, at: position, "\(values[twice]) is given twice; give each value once")
    }
  }

  /// Every choice of one value for each of `variations`, the last one running fastest; one empty choice
  /// where there are none.
  public static func grid(_ variations: [ConfigurationVariation]) -> [[(
    key: String, value: String
  )]] {
    variations.reduce([[]]) { chosen, variation in
      chosen.flatMap { choice in
        variation.values.map { choice + [(key: variation.key, value: $0)] }
      }
    }
  }

  /// The parts between commas that stand outside of brackets, braces and quotes.
  private static func split(_ text: Substring) -> [String] {
    var parts = [""]
    var depth = 0
    var quote: Character?
    for letter in text {
      if let open = quote {
        if letter == open { quote = nil }
      } else if letter == "\"" || letter == "'" {
        quote = letter
      } else if "[{".contains(letter) {
        depth += 1
      } else if "]}".contains(letter) {
        depth -= 1
      } else if letter == ",", depth == 0 {
        parts.append("")
        continue
      }
      parts[parts.count - 1].append(letter)
    }
    return parts.map { part in
      let start = part.drop(while: \.isWhitespace)
      return String(start.reversed().drop(while: \.isWhitespace).reversed())
    }
  }
}
