/// Names for a legend: long names of variants shortened to the parts in which they differ.
public enum ShortNames {
  /// The longest name in a legend, in characters.
  public static let limit = 36

  /// The `names`, each without the parts, separated by ", ", that all names share, with keys such as
  /// `optimizer.adam.learning_rate=0.1` reduced to their last component, and cut to ``limit`` characters;
  /// every step is left out where two names would become equal by it.
  public static func distinct(_ names: [String]) -> [String] {
    guard Set(names).count == names.count else { return names }
    var best = names
    for step in [withoutSharedParts, withLastComponents, cut] {
      let shorter = step(best)
      if Set(shorter).count == names.count, !shorter.contains("") { best = shorter }
    }
    return best
  }

  private static func withoutSharedParts(_ names: [String]) -> [String] {
    guard names.count > 1 else { return names }
    let parts = names.map { components($0) }
    let shared = parts.dropFirst().reduce(Set(parts[0])) { $0.intersection($1) }
    return parts.map { $0.filter { !shared.contains($0) }.joined(separator: ", ") }
  }

  private static func withLastComponents(_ names: [String]) -> [String] {
    names.map { name in
      components(name).map { part in
        guard let equals = part.firstIndex(of: "=") else { return part }
        let key = part[..<equals].split(separator: ".").last ?? part[..<equals]
        return "\(key)\(part[equals...])"
      }.joined(separator: ", ")
    }
  }

  /// The beginning and the end of long names.
  private static func cut(_ names: [String]) -> [String] {
    names.map { name in
      guard name.count > limit else { return name }
      return "\(name.prefix(limit / 2))…\(name.suffix(limit / 2 - 1))"
    }
  }

  /// The parts of a name; commas within brackets belong to a part.
  private static func components(_ name: String) -> [String] {
    var parts: [String] = []
    var part = ""
    var depth = 0
    for character in name {
      if "([{".contains(character) { depth += 1 }
      if ")]}".contains(character) { depth -= 1 }
      part.append(character)
      if depth <= 0, part.hasSuffix(", ") {
        parts.append(String(part.dropLast(2)))
        part = ""
      }
    }
    return parts + (part.isEmpty ? [] : [part])
  }
}
