/// Where keys belong: the sections of a configuration that have a key.
enum KeyPlaces {
  /// The paths of the sections, at most three keys deep, that have the key `word` or one for which
  /// it is a synonym, the shortest paths first; without settings of methods.
  static func paths(of word: String) -> [String] {
    var found: [(depth: Int, path: String)] = []
    func search(_ grammar: Grammar, _ path: [String]) {
      guard path.count < 3, case .section(let section) = grammar else { return }
      for field in section.fields {
        let inner = path + [field.key]
        search(field.grammar(), inner)
      }
      if !path.isEmpty, let field = section.field(word) {
        found.append((path.count, (path + [field.key]).joined(separator: ".")))
      }
    }
    search(RunConfiguration.grammar, [])
    let least = found.map(\.depth).min() ?? 0
    return found.filter { $0.depth == least }.map(\.path)
  }
}
