import Datasets
import Formats
import Models
import Objectives
import Training

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a saved model says of itself: enough to evaluate and predict without anything else.
public struct ModelDescription {
  /// The configuration of the run that made it.
  public var configuration: RunConfiguration
  /// What the samples meant.
  public var schema: DataSchema
  /// What was done to inputs.
  public var preprocessing: Preprocessing
  /// What the classes weighed; nil for 1 each.
  public var classWeights: [Float]?

  private enum Key {
    static let configuration = "configuration"
    static let schema = "schema"
    static let preprocessing = "preprocessing"
    static let classWeights = "class_weights"
  }

  /// A description of the given parts.
  public init(
    configuration: RunConfiguration, schema: DataSchema, preprocessing: Preprocessing,
    classWeights: [Float]? = nil
  ) {
    self.configuration = configuration
    self.schema = schema
    self.preprocessing = preprocessing
    self.classWeights = classWeights
  }

  /// The description as the model file's metadata.
  public var metadata: [(String, String)] {
    get throws {
      let weights = try classWeights.map { (Key.classWeights, try ModelDescription.json($0)) }
      return [
        (Key.configuration, configuration.resolvedText),
        (Key.schema, try ModelDescription.json(schema)),
        (Key.preprocessing, try ModelDescription.json(preprocessing)),
      ] + (weights.map { [$0] } ?? [])
    }
  }

  /// The description in the metadata of the model file that `reader` has opened.
  ///
  /// - Throws: `FileError` where the file is no model of nntrain, or of a newer version.
  public init(_ reader: SafetensorsReader, environment: [String: String] = [:]) throws {
    func value(_ key: String) throws(FileError) -> String {
      guard let value = reader.metadata[key] else {
        throw FileError(
          .badContent, reader.path,
          "holds no \(key): it was not saved by nntrain; give a run directory or its"
            + " model.safetensors")
      }
      return value
    }
    let version = try value(ModelFile.formatKey)
    guard version == ModelFile.formatVersion else {
      throw FileError(
        .badContent, reader.path,
        "has the model format \(version), but this nntrain reads \(ModelFile.formatVersion); use"
          + " the nntrain that saved it, or a newer one")
    }
    configuration = try ConfigurationLoader.load(
      text: try value(Key.configuration), source: reader.path, name: "", folder: nil,
      environment: environment)
    schema = try ModelDescription.decode(try value(Key.schema), Key.schema, reader.path)
    preprocessing = try ModelDescription.decode(
      try value(Key.preprocessing), Key.preprocessing, reader.path)
    classWeights = try reader.metadata[Key.classWeights].map {
      try ModelDescription.decode($0, Key.classWeights, reader.path)
    }
  }

  private static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  private static func decode<Value: Decodable>(
    _ text: String, _ key: String, _ path: String
  ) throws(FileError) -> Value {
    do {
      return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    } catch {
      throw FileError(.badContent, path, "has damaged metadata under \(key): \(error)")
    }
  }
}
