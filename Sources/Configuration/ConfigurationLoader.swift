#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Reads a configuration: the file, then the overrides, then types and ranges.
public enum ConfigurationLoader {
  /// The largest file that is taken for a configuration, in bytes.
  static let largestFile = 10 << 20

  /// The configuration of the file at `path`, or of the built-in digits experiment where it is nil.
  ///
  /// - Parameters:
  ///   - overrides: the words after each `--set`; the last one wins.
  ///   - environment: the process's environment, of which `NNTRAIN_DATA` counts.
  /// - Throws: ``ConfigurationError`` with the position of the first thing that is wrong.
  public static func load(
    path: String?, overrides: [String] = [], environment: [String: String] = [:]
  ) throws(ConfigurationError) -> RunConfiguration {
    guard let path else {
      return try load(
        text: BuiltInExperiment.digits, source: "digits", name: "digits", folder: nil,
        overrides: overrides, environment: environment)
    }
    let (folder, name) = split(path)
    return try load(
      text: try read(path), source: path, name: name, folder: absolute(folder),
      overrides: overrides, environment: environment)
  }

  /// The configuration that `text` tells.
  ///
  /// - Parameters:
  ///   - source: what positions in messages begin with.
  ///   - name: the experiment's name where the text has none.
  ///   - folder: the folder against which the text's own `data.root` is resolved; nil for none.
  public static func load(
    text: String, source: String, name: String, folder: String?, overrides: [String] = [],
    environment: [String: String] = [:]
  ) throws(ConfigurationError) -> RunConfiguration {
    var changes: [ConfigurationOverride] = []
    for override in overrides { changes.append(try ConfigurationOverride(override)) }
    let grammar = RunConfiguration.grammar
    var tree = grammar.expanding(try YAMLReader.read(text, from: .file(source)))
    guard !tree.isNull else {
      throw ConfigurationError(
        at: tree.position,
        "the file is empty; it needs at least data, model, objective and optimizer")
    }
    guard tree.entries != nil else {
      throw ConfigurationError(
        at: tree.position,
        "the file holds \(tree.found); it must be a section with data, model, objective and "
          + "optimizer")
    }
    let written = tree["data"]?["root"]
    for change in changes { tree = try change.applied(to: tree, grammar: grammar) }
    let places = DataRoot.places(
      tree, written: written, folder: folder, environment: environment)
    tree = DataRoot.resolving(tree, places)
    tree = InitialWeights.resolving(tree, folder: folder)
    var run = try RunConfiguration.section.decode(tree, Place())
    if run.name.isEmpty {
      try RunName.check(name, at: nil)
      run.name = name
    }
    run.data.look(in: places)
    return run
  }

  /// The text of the file at `path`.
  private static func read(_ path: String) throws(ConfigurationError) -> String {
    func unreadable(_ reason: String) -> ConfigurationError {
      ConfigurationError(.absentFile, at: nil, "the configuration \(path) \(reason)")
    }
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: resolved(path)) else {
      throw unreadable("is absent or cannot be reached; check the name")
    }
    guard attributes[.type] as? FileAttributeType == .typeRegular else {
      throw unreadable("is no file")
    }
    if let size = attributes[.size] as? Int, size > largestFile {
      throw ConfigurationError(
        at: .file(path, line: 1, column: 1),
        "the file has \(size) bytes; a configuration has at most \(largestFile)")
    }
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)) else {
      throw unreadable("cannot be read; check its permissions")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw ConfigurationError(
        at: .file(path, line: 1, column: 1), "the file is no UTF-8 text")
    }
    return text
  }

  /// `path` with a symbolic link at its end followed.
  private static func resolved(_ path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  }

  /// The folder of `path` and the name of its file without the suffix.
  private static func split(_ path: String) -> (folder: String, name: String) {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    var name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    for suffix in [".yaml", ".yml"] where name.hasSuffix(suffix) && name.count > suffix.count {
      name.removeLast(suffix.count)
    }
    return (folder, name)
  }

  /// `path` from the root of the file system.
  static func absolute(_ path: String, in folder: String? = nil) -> String {
    if path.hasPrefix("/") { return path }
    let base = folder ?? FileManager.default.currentDirectoryPath
    if path == "." { return base }
    let relative = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
    return base.hasSuffix("/") ? base + relative : base + "/" + relative
  }
}
