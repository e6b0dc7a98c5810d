import Formats
import Models
import Tensors

/// The file of a trained network: every parameter in plain order, and in the header's metadata all
/// that evaluating and predicting need.
public enum ModelFile {
  /// The metadata key of the format's version.
  public static let formatKey = "nntrain"
  /// The version written.
  public static let formatVersion = "1"

  /// Writes the parameters of `store` to `path` under their names.
  ///
  /// - Throws: `FileError` where the file can't be written; nothing is left then.
  public static func write(
    _ store: ParameterStore, metadata: [(String, String)], to path: String
  ) throws(FileError) {
    var entries = [formatKey: formatVersion]
    for (key, value) in metadata { entries[key] = value }
    let writer = try SafetensorsWriter(
      path: path, tensors: store.entries.map { .init($0.name, .float32, $0.spec.shape) },
      metadata: entries)
    for entry in store.entries {
      let plain = FloatStorage(count: entry.spec.shape.count)
      var values = plain.mutableSpan
      store.read(entry, into: &values)
      try writer.write(entry.name, plain.span)
    }
    try writer.finish()
  }

  /// Checks by the header alone that `reader` holds the parameters of `graph` in their shapes, so that
  /// nothing is allocated for a network that is not the file's.
  ///
  /// - Throws: `badContent` that names the first tensor which is absent or of another shape.
  public static func check(
    _ reader: SafetensorsReader, _ graph: NetworkGraph
  ) throws(FileError) {
    for node in graph.nodes {
      for spec in node.parameters {
        _ = try reader.tensor("\(node.name).\(spec.name)", shape: spec.shape)
      }
    }
  }

  /// Reads the parameters of `store` from `reader`, each under its name with its shape.
  ///
  /// - Throws: `FileError` where a tensor is absent, of another shape, or holds a number that is not
  ///   finite.
  public static func read(
    _ reader: SafetensorsReader, into store: ParameterStore
  ) throws(FileError) {
    for entry in store.entries {
      let plain = FloatStorage(count: entry.spec.shape.count)
      var values = plain.mutableSpan
      try reader.read(entry.name, shape: entry.spec.shape, into: &values)
      try requireFinite(values.span, entry.name, reader.path)
      store.write(plain.span, to: entry)
    }
  }

  /// Checks the values of the tensor `name`: nntrain never saves others than finite ones.
  static func requireFinite(
    _ values: Span<Float>, _ name: String, _ path: String
  ) throws(FileError) {
    guard !allFinite(values) else { return }
    throw FileError(
      .badContent, path,
      "has numbers in \(name) that are not finite, which nntrain never saves; use another file")
  }

  /// The digest of the parameters: the same number for the same bits, whatever computes it.
  public static func digest(_ store: ParameterStore) -> String {
    var digest = ParameterDigest()
    for name in ParameterDigest.ordered(store.entries.map(\.name)) {
      guard let entry = store.entry(name) else { continue }
      let plain = FloatStorage(count: entry.spec.shape.count)
      var values = plain.mutableSpan
      store.read(entry, into: &values)
      digest.add(name, shape: entry.spec.shape, values: plain.span)
    }
    return digest.finish()
  }
}
