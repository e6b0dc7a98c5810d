import Tensors

/// The header of a safetensors file: its tensors and its metadata.
///
/// A file is 8 bytes N, unsigned and little-endian; N bytes of JSON, padded by spaces so that the
/// data begin at a multiple of 8; then the tensors without holes. The format is described at
/// https://github.com/huggingface/safetensors.
public struct SafetensorsHeader: Hashable, Sendable {
  /// The longest header that is read.
  public static let byteLimit = 100_000_000
  /// The deepest nesting that a valid header has, and one more for good measure.
  static let depthLimit = 4
  static let metadataKey = "__metadata__"

  /// The tensors in the order of their bytes.
  public let tensors: [SafetensorsTensor]
  /// Texts by name.
  public let metadata: [String: String]
  private let positions: [String: Int]

  /// The header of the given tensors.
  init(tensors: [SafetensorsTensor], metadata: [String: String]) {
    self.tensors = tensors
    self.metadata = metadata
    positions = Dictionary(
      tensors.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The tensor of the given name.
  public subscript(name: String) -> SafetensorsTensor? { positions[name].map { tensors[$0] } }

  /// The bytes of all tensors together.
  public var dataByteCount: Int { tensors.last?.range.upperBound ?? 0 }

  /// The length of the JSON text that the first 8 bytes of a file announce, checked against the
  /// file's size.
  static func byteCount(prefix: [UInt8], fileSize: Int) throws(SafetensorsError) -> Int {
    guard prefix.count == 8, fileSize >= 8 else { throw .tooShort(size: fileSize) }
    let length = prefix.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(byteLimit) else { throw .headerTooLong(length: length) }
    guard Int(length) <= fileSize - 8 else {
      throw .headerBeyondEnd(length: Int(length), available: fileSize - 8)
    }
    return Int(length)
  }

  /// The header written in `json`, which is followed by `dataSize` bytes of tensors.
  ///
  /// - Throws: the first lie found; after that, every tensor's bytes lie within the data, side by
  ///   side, and are as many as its shape needs.
  public init(parsing json: [UInt8], dataSize: Int) throws(SafetensorsError) {
    guard json.first == UInt8(ascii: "{") else { throw .headerNotObject }
    let root: JSONValue
    do {
      root = try JSONValue(parsing: json, depthLimit: SafetensorsHeader.depthLimit)
    } catch {
      if case .duplicateKey(let name) = error.reason { throw .duplicateName(name) }
      throw .headerNotJSON(error)
    }
    var tensors: [SafetensorsTensor] = []
    var metadata: [String: String] = [:]
    for (name, value) in root.object?.members ?? [] {
      if name == SafetensorsHeader.metadataKey {
        metadata = try SafetensorsHeader.texts(value)
      } else {
        tensors.append(try SafetensorsTensor(name: name, entry: value))
      }
    }
    tensors.sort {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    try SafetensorsHeader.checkLayout(tensors, dataSize: dataSize)
    self.init(tensors: tensors, metadata: metadata)
  }

  private static func texts(_ value: JSONValue) throws(SafetensorsError) -> [String: String] {
    guard let object = value.object else { throw .metadataNotText(key: metadataKey) }
    var texts: [String: String] = [:]
    for (key, value) in object.members {
      guard let text = value.string else { throw .metadataNotText(key: key) }
      texts[key] = text
    }
    return texts
  }

  /// Contiguous, not overlapping, complete.
  private static func checkLayout(
    _ tensors: [SafetensorsTensor], dataSize: Int
  ) throws(SafetensorsError) {
    var expected = 0
    for tensor in tensors {
      let begin = tensor.range.lowerBound
      if begin < expected { throw .overlap(tensor: tensor.name, begin: begin, expected: expected) }
      if begin > expected { throw .gap(tensor: tensor.name, begin: begin, expected: expected) }
      expected = tensor.range.upperBound
    }
    if dataSize < expected { throw .truncated(expected: expected, found: dataSize) }
    if dataSize > expected { throw .trailingBytes(count: dataSize - expected) }
  }

  /// The 8 bytes of the length and the padded JSON text.
  ///
  /// Metadata are written in the order of their names, so that equal contents are equal bytes.
  func serialized() -> [UInt8] {
    var root = JSONObject()
    if !metadata.isEmpty {
      let sorted = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      root[SafetensorsHeader.metadataKey] = .object(
        JSONObject(sorted.lazy.map { ($0.key, JSONValue($0.value)) }))
    }
    for tensor in tensors {
      root[tensor.name] = [
        "dtype": JSONValue(tensor.element.rawValue),
        "shape": .array(tensor.shape.dimensions.map { JSONValue($0) }),
        "data_offsets": [JSONValue(tensor.range.lowerBound), JSONValue(tensor.range.upperBound)],
      ]
    }
    var json = Array(JSONValue.object(root).serialized().utf8)
    json.append(contentsOf: repeatElement(0x20, count: (8 - json.count % 8) % 8))
    return (0..<8).map { UInt8(truncatingIfNeeded: json.count >> (8 * $0)) } + json
  }
}

extension SafetensorsTensor {
  /// The tensor that the header's `entry` describes; its bytes are as many as its shape needs.
  fileprivate init(name: String, entry: JSONValue) throws(SafetensorsError) {
    guard let type = entry["dtype"]?.string else {
      throw .malformedEntry(tensor: name, field: "dtype")
    }
    guard let element = SafetensorsElement(rawValue: type) else {
      throw .unknownElement(tensor: name, found: type)
    }
    guard let extents = entry["shape"]?.array else {
      throw .malformedEntry(tensor: name, field: "shape")
    }
    let dimensions = extents.compactMap(\.int)
    guard dimensions.count == extents.count, let shape = Shape(checking: dimensions) else {
      throw .invalidShape(tensor: name)
    }
    let (size, overflow) = shape.count.multipliedReportingOverflow(by: element.byteCount)
    guard !overflow else { throw .invalidShape(tensor: name) }
    guard let offsets = entry["data_offsets"]?.array, offsets.count == 2 else {
      throw .malformedEntry(tensor: name, field: "data_offsets")
    }
    guard let begin = offsets[0].int, let end = offsets[1].int, begin >= 0, end >= begin else {
      throw .invalidOffsets(tensor: name)
    }
    guard end - begin == size else {
      throw .sizeMismatch(tensor: name, expected: size, found: end - begin)
    }
    self.init(name: name, element: element, shape: shape, range: begin..<end)
  }
}
