import Formats
import Testing
import _HostileFiles
import _TestSupport

/// The metadata of models, each value removed, emptied, or replaced by another kind or size: refused by an
/// error of nntrain's, or used without a trap.
@Suite struct MetadataWalkTests {
  /// What the data of a model are: its configuration and the file that it reads.
  struct Kind: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// The table, if it is one.
    var table: String?
    /// The data as a configuration has them, of the table `a.csv`.
    var data: String
    var model: String
  }

  private static let categories =
    "kind,size,color,class\n"
    + (0..<12).map { "k\($0 % 3),\($0 == 4 ? "" : "\($0)"),c\($0 % 2),\($0 % 2)\n" }.joined()
  private static let series = "y\n" + (0..<30).map { "\($0 % 7)\n" }.joined()
  private static let ragged =
    "class,a,b,c,d\n" + (0..<12).map { "\($0 % 2),1,2\($0 % 3 == 0 ? "" : ",3,4")\n" }.joined()

  static let kinds = [
    Kind(
      testDescription: "table", table: categories,
      data:
        "train: {path: a.csv, header: true, target: class, missing: mean}, preprocess: [one_hot, standardize]",
      model: "{dense: {units: 2, activation: softmax}}"),
    Kind(
      testDescription: "several inputs", table: categories,
      data:
        "train: {path: a.csv, header: true, target: class, missing: mean, inputs: {x: [kind, size], z: color}},"
        + " preprocess: [one_hot, min_max]",
      model: "{parallel: {branches: [[{input: x}], [{input: z}]], merge: concatenate}},"
        + " {dense: {units: 2, activation: softmax}}"),
    Kind(
      testDescription: "series", table: series,
      data:
        "train: {path: a.csv, header: true, columns: [y], target: y, window: 6}, preprocess: [min_max]",
      model: "{lstm: {units: 3}}, {dense: {units: 1}}"),
    Kind(
      testDescription: "sequences that end early", table: ragged,
      data:
        "train: {path: a.csv, header: true, target: class, ragged: true}, preprocess: [standardize]",
      model:
        "{reshape: [2, 2]}, masking: lengths, {gru: {units: 3}}, {dense: {units: 2, activation: softmax}}"
    ),
  ]

  @Test("a table, several inputs, a series, sequences", arguments: kinds)
  func tables(kind: Kind) throws {
    try withTemporaryFolder { folder in
      let path = try folder.write(kind.table ?? "", to: "a.csv")
      let objective =
        kind.model.hasSuffix("softmax}}") ? "categorical_crossentropy" : "mean_squared_error"
      let probe = ModelProbe(
        configuration: """
          data: {root: "\(folder.path)", \(kind.data)}
          model: [\(kind.model)]
          objective: \(objective)
          optimizer: sgd
          training: {batch: 4}
          """, source: .csv(path: path, options: .init()))
      try walk(probe, folder)
    }
  }

  @Test("digits with weights of classes")
  func digits() throws {
    try withTemporaryFolder { folder in try walk(ModelProbe.digits, folder) }
  }

  private func walk(_ probe: ModelProbe, _ folder: TemporaryFolder) throws {
    let (metadata, tensors) = try probe.untrained()
    let path = folder.path("m.safetensors")
    let now = CaseAtHand("metadata-\(metadata["schema"]?.utf8.count ?? 0)")
    func accepts(_ key: String, _ value: String?) throws -> Bool {
      var changed = metadata
      changed[key] = value
      try now.begin("\(key) = \(value ?? "absent")")
      try ModelProbe.write(changed, tensors, to: path)
      return try probe.accepts(path: path)
    }
    #expect(try accepts("none", "x"), "the whole file is refused")
    var (count, refused) = (0, 0)
    // Only a resume reads the digests of the data.
    for (key, text) in metadata where key != "data_digests" {
      for value in [nil, "", "{", "[]", "{}", "null", String(text.dropLast(text.count / 2))] {
        if value == text { continue }
        #expect(try key == "class_weights" || !accepts(key, value), "\(key) = \(value ?? "absent")")
      }
      // Configurations are walked by their schema.
      guard let document = try? JSONValue(parsing: text), key != "nntrain" else { continue }
      for variant in JSONDamage.variants(of: document) {
        count += 1
        if try !accepts(key, variant.document.serialized()) { refused += 1 }
      }
    }
    now.finish()
    // What remains is harmless, such as another fill or another name of a column.
    #expect(count > 300 && refused * 2 > count, "\(refused) of \(count) are refused")
  }

  @Test("numbers that are not finite are refused, with the name of the tensor")
  func notFinite() throws {
    try withTemporaryFolder { folder in
      let (metadata, tensors) = try ModelProbe.digits.untrained()
      let path = folder.path("m.safetensors")
      for bad in [Float.infinity, -.infinity, .nan] {
        try ModelProbe.write(
          metadata, tensors.map { $0.replacing(first: bad, in: "dense_2.bias") }, to: path)
        do {
          try ModelProbe.digits.use(path: path)
          Issue.record("\(bad) is accepted")
        } catch let error as FileError {
          #expect(error.description.contains("dense_2.bias"), "\(error)")
        }
      }
    }
  }
}
