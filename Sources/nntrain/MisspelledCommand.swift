import Configuration

/// A first word that is neither a command nor a file, but nearly a command.
///
/// Without this check `nntrain chek x.yaml` would be read as the configuration `chek`.
struct MisspelledCommand: Error, CustomStringConvertible {
  let word: String
  let command: String

  /// The misspelled command that `arguments`, without the program's name, begin with; nil where
  /// they begin with an option, a command, or a configuration.
  init?(_ arguments: some Collection<String>, commands: [String], isFile: (String) -> Bool) {
    guard let word = arguments.first, !word.hasPrefix("-"), !commands.contains(word),
      !word.contains(where: { $0 == "/" || $0 == "." }), !isFile(word),
      let near = NearestName.nearest(to: word, among: commands)
    else { return nil }
    self.word = word
    command = near
  }

  var description: String {
    "\"\(word)\" is neither a command nor a file; did you mean \"nntrain \(command)\"?"
  }
}
