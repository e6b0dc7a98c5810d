/// Where the file of the first parameters lies.
enum InitialWeights {
  static let key = "initialize_from"

  /// `tree` with that file absolute: from an override relative to the working directory, from a file
  /// relative to the file's folder.
  static func resolving(_ tree: ConfigurationNode, folder: String?) -> ConfigurationNode {
    guard var entries = tree.entries, let index = entries.firstIndex(where: { $0.key == key }),
      let path = entries[index].value.text, !path.isEmpty
    else { return tree }
    let position = entries[index].value.position
    let absolute = ConfigurationLoader.absolute(path, in: position.isOverride ? nil : folder)
    entries[index].value = ConfigurationNode(.quoted(absolute), at: position)
    return ConfigurationNode(.section(entries), at: tree.position)
  }
}
