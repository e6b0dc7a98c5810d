import Configuration
import Formats

/// The JSON schema of configurations as a grammar: for every place of an integer the smallest document
/// that has it, and documents that bytes decide, of which a fuzzer learns the structure.
public struct SchemaGrammar: Sendable {
  private let root: JSONValue
  private let definitions: JSONObject

  /// The schema of this version.
  public init() throws {
    root = try JSONValue(parsing: ConfigurationSchema.jsonSchema())
    definitions = root["$defs"]?.object ?? JSONObject()
  }

  /// A place where an integer may stand.
  public struct Place: Sendable {
    /// The keys and indices that lead there, as `--set` takes them.
    public let path: String
    /// The largest integer, as the schema has it.
    public let maximum: JSONValue
    /// The documents with this value there; several where a layer needs another input.
    public let documents: @Sendable (JSONValue) -> [JSONValue]
  }

  /// A configuration that is right in every respect.
  private static let base: JSONObject = [
    "data": "digits", "model": .array(ending), "objective": "categorical_crossentropy",
    "optimizer": "sgd", "training": ["batch": 8, "epochs": 1],
  ]
  private static let ending: [JSONValue] = [
    "flatten", ["dense": ["units": 10, "activation": "softmax"]],
  ]
  /// What makes digits the input of a layer: images, vectors, sequences.
  private static let inputs: [[JSONValue]] = [[], ["flatten"], [["reshape": [8, 8]]]]

  /// `value` as the section `key` of a whole configuration.
  private static func documents(_ key: String, _ value: JSONValue) -> [JSONValue] {
    func document(_ value: JSONValue) -> JSONValue {
      var document = base
      document[key] = value
      return .object(document)
    }
    switch key {
    case "model":
      return inputs.map { document(.array($0 + (value.array ?? []) + ending)) }
    case "data":
      guard var data = value.object, data["train"] == nil, data["source"] == nil else {
        return [document(value)]
      }
      let isSynthetic = ["count", "classes", "values", "shape"].contains { data[$0] != nil }
      data["source"] = isSynthetic ? "synthetic" : "digits"
      if isSynthetic {
        data["shape"] = data["shape"] ?? [1, 8, 8]
        data["count"] = data["count"] ?? 64
        if data["values"] == nil { data["classes"] = data["classes"] ?? 10 }
      }
      return [document(.object(data))]
    default: return [document(value)]
    }
  }

  // MARK: Integers

  /// All places of integers.
  public var integers: [Place] {
    var found: [Place] = []
    var begun: Set<String> = []
    for (key, schema) in root["properties"]?.object?.members ?? [] {
      collect(schema, key, &begun, &found) { SchemaGrammar.documents(key, $0) }
    }
    return found
  }

  private func collect(
    _ schema: JSONValue, _ path: String, _ begun: inout Set<String>, _ found: inout [Place],
    _ fill: @escaping @Sendable (JSONValue) -> [JSONValue]
  ) {
    if let name = reference(schema) {
      // A choice that is met again has the same settings.
      if begun.insert(name).inserted, let definition = definitions[name] {
        collect(definition, path, &begun, &found, fill)
      }
      return
    }
    for alternative in schema["anyOf"]?.array ?? [] {
      collect(alternative, path, &begun, &found, fill)
    }
    switch schema["type"]?.string {
    case "integer":
      found.append(Place(path: path, maximum: schema["maximum"] ?? .null, documents: fill))
    case "array":
      guard let items = schema["items"] else { return }
      let rest = [JSONValue](
        repeating: smallest(items), count: max(0, (schema["minItems"]?.int ?? 1) - 1))
      collect(items, path + ".0", &begun, &found) { fill(.array([$0] + rest)) }
    case "object":
      let others = required(schema)
      for (key, value) in schema["properties"]?.object?.members ?? [] {
        collect(value, path + "." + key, &begun, &found) { inner in
          var object = others
          object[key] = inner
          return fill(.object(object))
        }
      }
      if let value = schema["additionalProperties"], value.object != nil {
        collect(value, path + ".a", &begun, &found) { fill(["a": $0]) }
      }
    default: break
    }
  }

  private func reference(_ schema: JSONValue) -> String? {
    schema["$ref"]?.string.map { String($0.dropFirst("#/$defs/".count)) }
  }

  private func required(_ schema: JSONValue) -> JSONObject {
    let properties = schema["properties"]?.object ?? JSONObject()
    return JSONObject(
      (schema["required"]?.array ?? []).compactMap(\.string).map { key in
        (key, properties[key].map(smallest) ?? .null)
      })
  }

  /// The smallest value that fits `schema`.
  private func smallest(_ schema: JSONValue) -> JSONValue {
    if let name = reference(schema) {
      return name == "layer" ? "linear" : definitions[name].map(smallest) ?? .null
    }
    if let names = schema["enum"]?.array { return names.first ?? .null }
    if let first = schema["anyOf"]?.array?.first { return smallest(first) }
    switch schema["type"]?.string {
    case "integer": return .integer(max(1, Int64(schema["minimum"]?.int ?? 1)))
    case "number": return 0.5
    case "boolean": return true
    case "array":
      let item = schema["items"].map(smallest) ?? .null
      return .array([JSONValue](repeating: item, count: schema["minItems"]?.int ?? 1))
    case "object": return .object(required(schema))
    default: return .string(schema["pattern"] == nil ? "a" : "a1")
    }
  }

  // MARK: Documents from bytes

  /// The document that `bytes` decide: each choice of the schema takes one.
  public func document(_ bytes: [UInt8]) -> JSONValue {
    var choices = Choices(bytes: bytes)
    var document = SchemaGrammar.base
    for (key, schema) in root["properties"]?.object?.members ?? [] where choices.below(3) == 0 {
      let value = generate(schema, &choices, depth: 0)
      // Layers that have an input more often than not.
      let whole = SchemaGrammar.documents(key, value)
      document[key] = whole[choices.below(whole.count)][key]
    }
    return .object(document)
  }

  private func generate(_ schema: JSONValue, _ choices: inout Choices, depth: Int) -> JSONValue {
    if depth > 12 || choices.below(64) == 63 { return choices.anything() }
    if let name = reference(schema) {
      return definitions[name].map { generate($0, &choices, depth: depth + 1) } ?? .null
    }
    if let names = schema["enum"]?.array { return names[choices.below(names.count)] }
    if let alternatives = schema["anyOf"]?.array {
      return generate(alternatives[choices.below(alternatives.count)], &choices, depth: depth + 1)
    }
    switch schema["type"]?.string {
    case "integer": return choices.integer(schema)
    case "number": return choices.number()
    case "boolean": return .bool(choices.below(2) == 0)
    case "array":
      let items = schema["items"] ?? .null
      return .array(
        (0..<(schema["minItems"]?.int ?? 1) + choices.below(3)).map { _ in
          generate(items, &choices, depth: depth + 1)
        })
    case "object":
      var object = JSONObject()
      let properties = schema["properties"]?.object?.members ?? []
      let needed = Set((schema["required"]?.array ?? []).compactMap(\.string))
      // One method of a choice; of a section some keys.
      let only = schema["maxProperties"] == nil ? nil : choices.below(max(properties.count, 1))
      for (index, (key, value)) in properties.enumerated() {
        guard only.map({ $0 == index }) ?? (needed.contains(key) || choices.below(4) == 0) else {
          continue
        }
        object[key] = generate(value, &choices, depth: depth + 1)
      }
      if let value = schema["additionalProperties"], value.object != nil {
        object["a"] = generate(value, &choices, depth: depth + 1)
      }
      return .object(object)
    default: return choices.text()
    }
  }
}

/// Bytes as a source of choices; behind their end every choice is the first.
private struct Choices {
  let bytes: [UInt8]
  private var at = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func below(_ bound: Int) -> Int {
    guard at < bytes.count, bound > 1 else { return 0 }
    var value = Int(bytes[at])
    at += 1
    if bound > 256, at < bytes.count {
      value = value << 8 | Int(bytes[at])
      at += 1
    }
    return value % bound
  }

  mutating func integer(_ schema: JSONValue) -> JSONValue {
    let edges: [Int64] = [-1, 0, 1 << 31, (1 << 53) + 1, 1 << 62, .max]
    switch below(8) {
    case 0: return .integer(edges[below(edges.count)])
    case 1: return schema["maximum"] ?? .integer(.max)
    default: return .integer(Int64(max(schema["minimum"]?.int ?? 0, 0) + below(9)))
    }
  }

  mutating func number() -> JSONValue {
    let numbers: [JSONValue] = [0.5, 0, 1, 0.1, -1, 1e-30, 1e30, 1e308, 2, 1e-300]
    return numbers[below(numbers.count)]
  }

  mutating func text() -> JSONValue {
    let texts: [JSONValue] = [
      "a", "1 steps", "2 epochs", "0.01 minutes", "1 seconds", "digits", "objective", "", "0 steps",
      "9223372036854775807 steps", "1e308 minutes", "a.csv", "-", "\u{e9}",
    ]
    return texts[below(texts.count)]
  }

  mutating func anything() -> JSONValue {
    let values: [JSONValue] = [
      .null, .array([]), .object(JSONObject()), "", 0, -1, true, ["a": 1], [[]], "linear",
    ]
    return values[below(values.count)]
  }
}
