/// What an experiment may be called: run directories take their names from it.
enum RunName {
  /// The most bytes of a name; a time and a number follow it in the name of a directory.
  static let mostBytes = 200

  /// Checks that `name` is part of one file name: it must not lead out of the folder of all runs.
  static func check(_ name: String, at position: SourcePosition?) throws(ConfigurationError) {
    guard let flaw = flaw(of: name) else { return }
    throw ConfigurationError(
      at: position,
      "name \(flaw), but run directories are named after it; use letters, digits, spaces, . _ and -"
    )
  }

  private static func flaw(of name: String) -> String? {
    if name == "." || name == ".." { return "is \"\(name)\"" }
    if name.utf8.contains(UInt8(ascii: "/")) { return "holds a /" }
    if name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      return "holds a control character"
    }
    let count = name.utf8.count
    return count > mostBytes ? "has \(count) bytes, more than \(mostBytes)" : nil
  }
}
