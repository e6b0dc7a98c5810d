import Datasets

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Which folders relative names of data files lie below.
enum DataRoot {
  /// The environment variable that names the last of them.
  static let variable = "NNTRAIN_DATA"

  /// The folders in which a relative name is looked for: that of `--set data.root`, from the working
  /// directory; the `root` that is written in the file, from the file's `folder`; that folder; that of
  /// the environment variable, from the working directory.
  ///
  /// - Parameters:
  ///   - tree: the configuration with its overrides.
  ///   - written: the `data.root` of the file itself.
  static func places(
    _ tree: ConfigurationNode, written: ConfigurationNode?, folder: String?,
    environment: [String: String]
  ) -> [String] {
    let present = tree["data"]?["root"]
    let named = environment[variable].flatMap { $0.isEmpty ? nil : $0 }
    let all = [
      present?.position.isOverride == true
        ? present?.text.map { ConfigurationLoader.absolute($0) } : nil,
      written?.text.map { ConfigurationLoader.absolute($0, in: folder) }, folder,
      named.map { ConfigurationLoader.absolute($0) },
    ]
    var places: [String] = []
    for case let place? in all where !places.contains(place) { places.append(place) }
    return places
  }

  /// `tree` with `data.root` as the first of `places`; what is no text stays, to be reported when it is
  /// read.
  static func resolving(_ tree: ConfigurationNode, _ places: [String]) -> ConfigurationNode {
    guard let data = tree["data"], var entries = data.entries, var all = tree.entries,
      let root = places.first
    else { return tree }
    let written = data["root"]
    if let written, written.text == nil { return tree }
    entries.removeAll { $0.key == "root" }
    let value = ConfigurationNode(.quoted(root), at: written?.position ?? data.position)
    entries.append(ConfigurationNode.Entry(key: "root", position: value.position, value: value))
    for index in all.indices where all[index].key == "data" {
      all[index].value = ConfigurationNode(.section(entries), at: data.position)
    }
    return ConfigurationNode(.section(all), at: tree.position)
  }

  /// The first of `places` that has `file`.
  static func first(of places: [String], having file: String) -> String? {
    places.first { FileManager.default.fileExists(atPath: join($0, file)) }
  }

  /// The path of `file` in `folder`.
  static func join(_ folder: String, _ file: String) -> String {
    folder.hasSuffix("/") ? folder + file : folder + "/" + file
  }
}

extension DataConfiguration {
  /// Looks for relative names in `places`; the root is the first one that has the training data.
  mutating func look(in places: [String]) {
    self.places = places
    guard let file = files(of: train).first(where: { !$0.hasPrefix("/") }) else { return }
    root = DataRoot.first(of: places, having: file) ?? root
  }

  /// Checks that every file of the data is somewhere.
  ///
  /// - Throws: `DatasetError` naming all places of the first one that is not.
  func requireFiles() throws(DatasetError) {
    guard places.count > 1 else { return }
    for source in [train, validation, test] {
      for file in source.map(files) ?? [] where !file.hasPrefix("/") {
        guard DataRoot.first(of: places, having: file) == nil else { continue }
        throw DatasetError(
          .unreadable,
          "\(file) is in none of the folders \(places.joined(separator: ", ")): No such file or"
            + " directory; \(DataConfiguration.origin(of: file))name the folder that holds it by"
            + " --set data.root=DIR or \(DataRoot.variable)")
      }
    }
  }

  /// The names of the files that `source` is read from.
  private func files(of source: SourceConfiguration) -> [String] {
    switch source.format {
    case .idx: [source.input, source.targets].compactMap { $0 }
    case .npy:
      (source.input.map { [$0] } ?? source.parts?.compactMap { $0.columns.first?.text } ?? [])
        + [source.targets, source.weights?.text, source.lengths?.column.text].compactMap { $0 }
    case .csv, .npz, .cifar10, .text: source.paths ?? []
    case .digits, .synthetic, nil: []
    }
  }

  /// Where a well-known file can be had, as the beginning of an advice; nothing for others.
  private static func origin(of file: String) -> String {
    let name = file.split(separator: "/").last.map(String.init) ?? ""
    let parts = ["train-images", "train-labels", "t10k-images", "t10k-labels"]
    guard parts.contains(where: name.hasPrefix) else { return "" }
    return "if it is MNIST's, download its four files from"
      + " https://ossci-datasets.s3.amazonaws.com/mnist/; "
  }
}
