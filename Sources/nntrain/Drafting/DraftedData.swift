import Datasets
import Formats
import Tensors
import Training

/// Data that a person names, looked at: what `nntrain init` writes a configuration for.
struct DraftedData {
  /// The value of `data.train`, as YAML.
  private(set) var train = ""
  /// The value of `data.test`, as YAML; nil where there is no test file.
  private(set) var test: String?
  /// What was found, in one sentence each.
  private(set) var notes: [String] = []
  /// The samples of the training file.
  let count: Int
  /// What the samples mean.
  let schema: DataSchema
  /// Whether the values are bytes of images, from 0 to 255.
  private(set) var isBytes = false
  /// The characters of a sample of a text; nil for other data.
  private(set) var textLength: Int?

  /// Looks at the file or folder `path`.
  ///
  /// - Throws: `DatasetError` or `FileError` where nothing there can be read as data.
  init(_ path: String) throws {
    let files = try DraftedData.files(path)
    let opened: any GatheringDataset
    if let pairs = DraftedData.idxPairs(files) {
      train = DraftedData.yaml(pairs.train)
      test = pairs.test.map(DraftedData.yaml)
      isBytes = true
      opened = try DataSourceSpec(
        .idx(inputs: pairs.train.inputs, targets: pairs.train.targets)
      ).open()
    } else {
      let file = try DraftedData.single(files, path)
      let format = DataSourceSpec.format(ofPath: file)
      isBytes = format == .cifar10
      textLength = format == .text ? DraftedData.characters : nil
      if format == .csv {
        let table = try DraftedData.table(file)
        train = table.yaml
        notes = table.notes
        opened = table.data
      } else {
        let source = try DraftedData.source(file, format)
        train = source.yaml
        opened = try source.spec.open()
      }
    }
    count = opened.count
    schema = opened.schema
  }

  /// The characters of a sample of a text.
  private static let characters = 100

  /// The source in the one file `file` that is no table, and its YAML.
  private static func source(
    _ file: String, _ format: DataSourceSpec.FormatName?
  ) throws -> (spec: DataSourceSpec, yaml: String) {
    let path = "path: \(quoted(file))"
    switch format {
    case .npz:
      return (
        DataSourceSpec(.npz(path: file, inputs: "inputs", targets: "targets")),
        "{format: npz, \(path)}"
      )
    case .cifar10: return (DataSourceSpec(.cifar10(paths: [file])), "{format: cifar10, \(path)}")
    case .text:
      return (
        DataSourceSpec(.text(path: file, length: characters)),
        "{format: text, \(path), length: \(characters)}"
      )
    case .npy:
      throw FileError(
        .badContent, file,
        "is one array, and nothing says which file holds its targets; put both into one .npz file as the"
          + " arrays inputs and targets")
    default:
      throw FileError(
        .badContent, file,
        "has a suffix that names no data format; use .csv, .npz, .idx, .bin or .txt (each also with .gz)"
      )
    }
  }

  private static func yaml(_ pair: Pair) -> String {
    "{format: idx, inputs: \(quoted(pair.inputs)), targets: \(quoted(pair.targets))}"
  }

  /// A text as YAML reads it literally.
  static func quoted(_ text: String) -> String { JSONValue(text).serialized() }

  private static func files(_ path: String) throws -> [String] {
    if Folder.stamp(of: path) != nil { return [path] }
    guard let files = try Folder.files(of: path) else {
      throw FileError(.unreadable, path, "is absent; give a data file or the folder that holds it")
    }
    return files.map(\.name).filter { !$0.hasPrefix(".") }.map { path + "/" + $0 }
  }

  /// The one data file among `files`.
  private static func single(_ files: [String], _ path: String) throws -> String {
    let known = files.filter { DataSourceSpec.format(ofPath: $0) != nil }
    if files.count == 1, let only = files.first { return only }
    guard known.count == 1, let only = known.first else {
      throw FileError(
        .badContent, path,
        known.isEmpty
          ? "holds no file of a known data format"
          : "holds \(known.count) data files (\(known.prefix(3).joined(separator: ", "))…); name the one to"
            + " train on")
    }
    return only
  }

  private typealias Pair = (inputs: String, targets: String)

  /// Images and labels as MNIST names them, and those of a test set; nil where there are none.
  private static func idxPairs(_ files: [String]) -> (train: Pair, test: Pair?)? {
    func pair(_ words: [String]) -> Pair? {
      func file(_ kind: String) -> String? {
        files.first { file in
          let name = file.split(separator: "/").last.map { $0.lowercased() } ?? ""
          return DataSourceSpec.format(ofPath: file) == .idx && name.contains(kind)
            && words.contains { name.hasPrefix($0) }
        }
      }
      guard let inputs = file("images"), let targets = file("labels") else { return nil }
      return (inputs, targets)
    }
    return pair(["train"]).map { ($0, pair(["t10k", "test"])) }
  }

  // MARK: Tables

  /// Names of columns that are likely the target.
  private static let targetNames = [
    "target", "label", "labels", "class", "species", "outcome", "y", "diagnosis", "quality",
  ]

  private static func table(
    _ path: String
  ) throws -> (data: any GatheringDataset, yaml: String, notes: [String]) {
    let lines = try firstLines(path)
    let separator = [",", ";", "\t"].max { count($0, lines) < count($1, lines) } ?? ","
    let cells = lines.map {
      $0.split(separator: Character(separator), omittingEmptySubsequences: false)
    }
    let hasHeader = hasHeader(cells)
    var options = CSVOptions(header: hasHeader, separator: separator, categorical: .automatic)
    var target = "-1"
    if hasHeader, let first = cells.first {
      let names = first.map { trimmed(String($0)) }
      let found = names.first { targetNames.contains($0.lowercased()) } ?? names.last ?? ""
      options.targets = [.name(found)]
      target = quoted(found)
    }
    var notes = [hasHeader ? "the first line names the columns" : "there is no header line"]
    if lacksValues(path, options) {
      options.missing = .mean
      notes.append("values are missing: their column's mean stands in")
    }
    var data = try DataSourceSpec(.csv(path: path, options: options)).open()
    if isClasses(data) {
      data = try DataSourceSpec(.csv(path: path, options: options), targets: .classes).open()
    }
    var parts = ["format: csv", "path: \(quoted(path))"]
    if hasHeader { parts.append("header: true") }
    if separator != "," { parts.append("separator: \(quoted(separator))") }
    parts.append("target: \(target)")
    if options.missing == .mean { parts.append("missing: mean") }
    return (data, "{" + parts.joined(separator: ", ") + "}", notes)
  }

  /// Whether the table cannot be read as it is, but can once gaps are allowed.
  private static func lacksValues(_ path: String, _ options: CSVOptions) -> Bool {
    var tolerant = options
    tolerant.missing = .mean
    let strict = try? DataSourceSpec(.csv(path: path, options: options)).open()
    return strict == nil
      && (try? DataSourceSpec(.csv(path: path, options: tolerant)).open()) != nil
  }

  private static func count(_ separator: String, _ lines: [String]) -> Int {
    lines.first?.count { String($0) == separator } ?? 0
  }

  private static func trimmed(_ text: String) -> String {
    var text = text[...]
    while let first = text.first, first == " " || first == "\"" { text = text.dropFirst() }
    while let last = text.last, last == " " || last == "\"" || last == "\r" {
      text = text.dropLast()
    }
    return String(text)
  }

  /// Whether the first line holds names: a text stands above a number, or no cell of it occurs below.
  private static func hasHeader(_ cells: [[Substring]]) -> Bool {
    guard cells.count > 1 else { return false }
    let first = cells[0].map { trimmed(String($0)) }
    guard !first.contains(where: { Double($0) != nil }) else { return false }
    let below = cells.dropFirst().filter { $0.count == first.count }
    for column in first.indices
    where below.contains(where: { Double(trimmed(String($0[column]))) != nil }) {
      return true
    }
    return !first.indices.contains { column in
      below.contains { trimmed(String($0[column])) == first[column] }
    }
  }

  /// The first lines of a table, as far as they are within its first 64 KiB.
  private static func firstLines(_ path: String) throws -> [String] {
    let bytes = try TextHead.bytes(of: path, atMost: 1 << 16)
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").prefix(50).map(String.init)
  }

  /// Whether target values are rather the numbers of classes: whole, few, and each often.
  private static func isClasses(_ data: any GatheringDataset) -> Bool {
    guard case .values(width: 1) = data.targets, data.count > 0 else { return false }
    let indices = Array(0..<min(data.count, 10_000))
    var values = [Float](repeating: 0, count: indices.count)
    var span = values.mutableSpan
    data.gatherTargets(indices.span, into: &span, form: .values, width: 1)
    let distinct = Set(values)
    return distinct.count <= 20 && distinct.count * 5 <= values.count
      && distinct.allSatisfy { $0 == $0.rounded() && $0.magnitude < 1e6 }
  }
}
