import Datasets
import Formats
import Models
import Objectives
import Tensors
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
    do {
      configuration = try ConfigurationLoader.load(
        text: try value(Key.configuration), source: reader.path, name: "", folder: nil,
        environment: environment)
    } catch let error as ConfigurationError {
      throw ModelDescription.damaged(reader.path, Key.configuration, error.description)
    }
    schema = try ModelDescription.decode(try value(Key.schema), Key.schema, reader.path)
    preprocessing = try ModelDescription.decode(
      try value(Key.preprocessing), Key.preprocessing, reader.path)
    classWeights = try reader.metadata[Key.classWeights].map {
      try ModelDescription.decode($0, Key.classWeights, reader.path)
    }
    if let flaw = schema.flaw { throw ModelDescription.damaged(reader.path, Key.schema, flaw) }
    if let flaw = preprocessing.flaw(for: schema) {
      throw ModelDescription.damaged(reader.path, Key.preprocessing, flaw)
    }
    if let flaw = classWeightsFlaw {
      throw ModelDescription.damaged(reader.path, Key.classWeights, flaw)
    }
  }

  /// What is wrong with the weights of classes that were read from a file.
  private var classWeightsFlaw: String? {
    guard let classWeights else { return nil }
    let classes = schema.target.answerNames?.count ?? 0
    guard classWeights.count == classes else {
      return "\(classWeights.count) weights for \(classes) classes"
    }
    return classWeights.allSatisfy { $0.isFinite && $0 >= 0 }
      ? nil : "a weight is negative or not finite"
  }

  /// The error of a file whose metadata `key` holds can't be used.
  static func damaged(_ path: String, _ key: String, _ flaw: String) -> FileError {
    FileError(
      .badContent, path,
      "has damaged metadata: \(key): \(flaw); use an undamaged copy, or the nntrain that saved it")
  }

  /// What a decoder reports, in one line: the path of the field and the reason.
  private static func words(_ error: any Error) -> String {
    func field(_ path: [any CodingKey]) -> String {
      path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
    }
    switch error as? DecodingError {
    case .keyNotFound(let key, let context)?:
      return "\(field(context.codingPath + [key])) is missing"
    case .valueNotFound(_, let context)?: return "\(field(context.codingPath)) is missing"
    case .typeMismatch(_, let context)?, .dataCorrupted(let context)?:
      let name = field(context.codingPath)
      return name.isEmpty ? "it is not JSON" : "\(name) is of a wrong kind"
    default: return "\(error)"
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
      throw damaged(path, key, "\(ModelDescription.words(error))")
    }
  }
}

extension ModelDescription {
  /// How the network of the file at `path` is evaluated.
  ///
  /// - Throws: `badContent` where the parts of the description do not fit one another.
  public func evaluationPlan(_ path: String) throws -> EvaluationPlan {
    do {
      return try configuration.evaluationPlan(
        schema, inputShape: Shape(preprocessing.outputShape),
        inputs: NetworkInput.all(preprocessing.outputParts(schema.parts)))
    } catch let error as ConfigurationError {
      throw ModelDescription.damaged(path, Key.configuration, error.description)
    } catch let error as NetworkError {
      throw ModelDescription.damaged(path, Key.configuration, error.description)
    }
  }
}
