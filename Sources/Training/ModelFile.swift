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

  /// Reads the parameters of `store` from `reader`, each under its name with its shape.
  ///
  /// - Throws: `FileError` where a tensor is absent or of another shape.
  public static func read(
    _ reader: SafetensorsReader, into store: ParameterStore
  ) throws(FileError) {
    for entry in store.entries {
      let plain = FloatStorage(count: entry.spec.shape.count)
      var values = plain.mutableSpan
      try reader.read(entry.name, shape: entry.spec.shape, into: &values)
      store.write(plain.span, to: entry)
    }
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
