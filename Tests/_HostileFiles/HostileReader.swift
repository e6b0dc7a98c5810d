import Configuration
import Datasets
import Ensembles
import Formats
import Foundation
import Training
import Zlib

/// Everything in nntrain that reads what somebody else may have written, each behind one call.
///
/// A reader passes when it reads the bytes or throws one of nntrain's errors. A trap, an access outside
/// of its memory, memory out of proportion to the file, or a wait without end is a bug.
public enum HostileReader: String, CaseIterable, Sendable {
  case idx, csv, npy, npz, cifar10, text, gzip, json, safetensors, checkpoint, ensemble, flight,
    yaml, configuration, overrides, model

  /// Reads `bytes` through a file at `path`, which is overwritten; whether they were accepted.
  ///
  /// - Throws: an error that is none of nntrain's own.
  public func accepts(_ bytes: [UInt8], path: String) throws -> Bool {
    try HostileReader.write(bytes, to: path)
    do {
      try read(bytes, path: path)
      return true
    } catch is DatasetError {
    } catch is InputError {
    } catch is JSONError {
    } catch is FileError {
    } catch is ConfigurationError {
    } catch is Refused {
    }
    return false
  }

  /// What was refused by an error of nntrain's that is handled elsewhere.
  private struct Refused: Error {}

  private static let grammar: SchemaGrammar = {
    do { return try SchemaGrammar() } catch { fatalError("the schema is no JSON: \(error)") }
  }()

  /// What `--set` changes.
  private static let digits = """
    data: {source: digits, take: 40}
    model: [flatten, {dense: {units: 10, activation: softmax, name: output}}]
    objective: categorical_crossentropy
    optimizer: {adam: 0.001}
    training: {batch: 8}
    """

  private func read(_ bytes: [UInt8], path: String) throws {
    switch self {
    case .idx: try samples(.idx(inputs: path, targets: nil))
    case .csv:
      for missing in [CSVOptions.MissingPolicy.error, .mean, .drop] {
        let options = CSVOptions(
          header: missing == .mean, missing: missing,
          categorical: missing == .error ? .none : .automatic)
        // One policy may refuse what another accepts.
        do { try samples(.csv(path: path, options: options)) } catch is DatasetError {}
      }
    case .npy: try samples(.npy(inputs: path, targets: nil))
    case .npz: try samples(.npz(path: path, inputs: "x", targets: "y"))
    case .cifar10: try samples(.cifar10(paths: [path]))
    case .text: try samples(.text(path: path, length: 3))
    case .gzip:
      let stream = try ByteStream(InputFile(path: path))
      var piece = [UInt8](repeating: 0, count: 1 << 12)
      var count = 0
      while count < 1 << 22 {
        var room = piece.mutableSpan
        let got = try stream.read(into: &room)
        count += got
        if got < piece.count { break }
      }
      _ = try Gzip.decompress(bytes.span, maximum: 1 << 22)
    case .json: _ = try JSONValue(parsing: bytes)
    case .safetensors: try tensors(try SafetensorsReader(path: path))
    case .checkpoint: try checkpoint(bytes, path: path)
    case .ensemble: _ = try EnsembleManifest(path: path)
    case .flight: _ = try FlightRecord(path: path)
    case .yaml: _ = try ConfigurationLoader.load(path: path)
    case .configuration:
      let document = HostileReader.grammar.document(bytes).serialized()
      guard try ConfigurationProbe.accepts(document) else { throw Refused() }
    case .overrides:
      // A word after each `--set`, a line each.
      let words = bytes.split(separator: UInt8(ascii: "\n")).prefix(4)
        .map { String(decoding: $0, as: UTF8.self) }
      guard try ConfigurationProbe.accepts(HostileReader.digits, overrides: words) else {
        throw Refused()
      }
    case .model: try model(bytes, path: path)
    }
  }

  /// Opens a source, in memory and left in its file, and reads its first and last samples.
  private func samples(_ format: DataSourceSpec.Format) throws {
    for inMemory in [256 << 20, 0] {
      let limits = ReadLimits(inMemory: inMemory, unpacked: 1 << 24)
      for kind in [TargetKind.automatic, .classes, .values] {
        let data: any GatheringDataset
        do {
          data = try DataSourceSpec(format, targets: kind, limits: limits).open()
        } catch {
          if kind == .values { throw error }
          continue
        }
        let width = data.inputShape.count
        guard width <= 1 << 20 else { continue }
        let batch = Batch(
          capacity: 2, inputWidth: width, targetWidth: data.targets.width, targetForm: .values)
        try data.read([0, data.count - 1].span, into: batch)
      }
    }
  }

  private func tensors(_ reader: SafetensorsReader) throws {
    for tensor in reader.header.tensors {
      var values = [Float](repeating: 0, count: tensor.shape.count)
      var span = values.mutableSpan
      try reader.read(tensor.name, into: &span)
    }
    // Not sealed is no crime here.
    do { try reader.verify() } catch {}
    do { _ = try ReplayBundle(reader) } catch {}
  }

  /// A checkpoint as it stands; where the bytes are a JSON object of texts, one whose metadata they are,
  /// sealed, since no change gets past the checksums otherwise.
  private func checkpoint(_ bytes: [UInt8], path: String) throws {
    guard bytes.first == UInt8(ascii: "{") else {
      _ = try Checkpoint(path: path)
      return
    }
    let texts = (try JSONValue(parsing: bytes).object?.members ?? []).compactMap { key, value in
      value.string.map { (key, $0) }
    }
    let writer = try SafetensorsWriter(
      path: path, tensors: [], metadata: Dictionary(texts) { $1 }, checksums: [:])
    try writer.finish()
    _ = try Checkpoint(path: path)
    do { _ = try ReplayBundle(try SafetensorsReader(path: path)) } catch {}
  }

  /// The metadata of a model of digits, each of which the JSON object `bytes` may replace.
  private func model(_ bytes: [UInt8], path: String) throws {
    let (metadata, tensors) = HostileReader.untrained
    let texts = (try JSONValue(parsing: bytes).object?.members ?? []).map { key, value in
      (key, value.string ?? value.serialized())
    }
    try ModelProbe.write(metadata.merging(texts) { $1 }, tensors, to: path)
    guard try ModelProbe.digits.accepts(path: path) else { throw Refused() }
  }

  private static let untrained: (metadata: [String: String], tensors: [ModelProbe.Tensor]) = {
    do { return try ModelProbe.digits.untrained() } catch { fatalError("\(error)") }
  }()

  private static func write(_ bytes: [UInt8], to path: String) throws {
    guard let file = fopen(path, "w") else { throw CocoaError(.fileWriteUnknown) }
    defer { fclose(file) }
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
      throw CocoaError(.fileWriteOutOfSpace)
    }
  }
}

extension TargetDescription {
  /// The numbers per sample.
  fileprivate var width: Int {
    switch self {
    case .classes(let names): names.count
    case .classSequences(let names, let steps): names.count * steps
    case .values(let width): width
    }
  }
}
