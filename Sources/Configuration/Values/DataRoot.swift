/// Which folder relative names of data files lie below.
enum DataRoot {
  /// The environment variable that names it.
  static let variable = "NNTRAIN_DATA"

  /// `tree` with `data.root` absolute: `--set data.root`, else the environment variable, both from
  /// the working directory; else the file's own `root` from the file's folder; else that folder.
  static func resolving(
    _ tree: ConfigurationNode, folder: String?, environment: [String: String]
  ) -> ConfigurationNode {
    guard let data = tree["data"], var entries = data.entries, var all = tree.entries else {
      return tree
    }
    let written = data["root"]
    let named = environment[variable].flatMap { $0.isEmpty ? nil : $0 }
    let root: String
    if let written, written.position.isOverride {
      // What is no text stays, to be reported when it is read.
      guard let text = written.text else { return tree }
      root = ConfigurationLoader.absolute(text)
    } else if let named {
      root = ConfigurationLoader.absolute(named)
    } else if let written {
      guard let text = written.text else { return tree }
      root = ConfigurationLoader.absolute(text, in: folder)
    } else if let folder {
      root = folder
    } else {
      return tree
    }
    entries.removeAll { $0.key == "root" }
    let value = ConfigurationNode(.quoted(root), at: written?.position ?? data.position)
    entries.append(ConfigurationNode.Entry(key: "root", position: value.position, value: value))
    for index in all.indices where all[index].key == "data" {
      all[index].value = ConfigurationNode(.section(entries), at: data.position)
    }
    return ConfigurationNode(.section(all), at: tree.position)
  }
}
