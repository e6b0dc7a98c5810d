import Tensors

/// Every way in which a safetensors file can be wrong.
public enum SafetensorsError: Error, Hashable, CustomStringConvertible {
  /// The file does not even hold the 8 bytes of the header's length.
  case tooShort(size: Int)
  /// The header is said to be longer than ``SafetensorsHeader/byteLimit``.
  case headerTooLong(length: UInt64)
  /// The header is said to end beyond the file.
  case headerBeyondEnd(length: Int, available: Int)
  /// The header is not JSON, or nested too deeply.
  case headerNotJSON(JSONError)
  /// The header does not begin with `{`.
  case headerNotObject
  /// A name comes twice.
  case duplicateName(String)
  /// `__metadata__` is not an object of texts.
  case metadataNotText(key: String)
  /// The entry of a tensor lacks a field, or the field is of another kind.
  case malformedEntry(tensor: String, field: String)
  /// The element type is not known here.
  case unknownElement(tensor: String, found: String)
  /// An extent is negative or no integer, or there are too many elements to count.
  case invalidShape(tensor: String)
  /// The offsets are negative, out of order or no integers.
  case invalidOffsets(tensor: String)
  /// The offsets span another number of bytes than shape and element type need.
  case sizeMismatch(tensor: String, expected: Int, found: Int)
  /// A tensor begins before the one in front of it ends.
  case overlap(tensor: String, begin: Int, expected: Int)
  /// Bytes in front of a tensor belong to nobody.
  case gap(tensor: String, begin: Int, expected: Int)
  /// The file ends before the last tensor does.
  case truncated(expected: Int, found: Int)
  /// Bytes behind the last tensor belong to nobody.
  case trailingBytes(count: Int)
  /// The file has no tensor of this name.
  case missingTensor(String)
  /// A tensor has another shape than the reader expects.
  case wrongShape(tensor: String, expected: Shape, found: Shape)
  /// A tensor has another element type than the reader can take.
  case wrongElement(tensor: String, found: SafetensorsElement)
  /// The bytes in front of the data do not fit the checksum among them, or there is none.
  case damagedHeader
  /// The bytes of a tensor do not fit its checksum.
  case damagedTensor(String)

  /// One sentence without the name of the file: what is wrong, and what to do.
  public var description: String {
    switch self {
    case .tooShort(let size):
      "holds \(size) bytes, fewer than the 8 with which a safetensors file begins; it is no such "
        + "file or was cut off: \(SafetensorsError.copyAgain)"
    case .headerTooLong(let length):
      "says that its header has \(length) bytes, more than the \(SafetensorsHeader.byteLimit) "
        + "allowed; it is no safetensors file or is damaged: check the path"
    case .headerBeyondEnd(let length, let available):
      "says that its header has \(length) bytes, but only \(available) follow; it is no "
        + "safetensors file or was cut off: \(SafetensorsError.copyAgain)"
    case .headerNotJSON(let error):
      "has a damaged header: \(error): \(SafetensorsError.copyAgain)"
    case .headerNotObject:
      "has a header that does not begin with '{'; it is no safetensors file: check the path"
    case .duplicateName(let name):
      "names \(quoted(name)) twice in its header: \(SafetensorsError.saveAgain)"
    case .metadataNotText(let key):
      "has metadata \(quoted(key)) that are not text: \(SafetensorsError.saveAgain)"
    case .malformedEntry(let tensor, let field):
      "describes the tensor \(quoted(tensor)) without a valid \(field): "
        + SafetensorsError.saveAgain
    case .unknownElement(let tensor, let found):
      "holds the tensor \(quoted(tensor)) as \(quoted(found)), which nntrain does not read: "
        + "convert it to F32"
    case .invalidShape(let tensor):
      "gives the tensor \(quoted(tensor)) a negative or impossible shape: "
        + SafetensorsError.saveAgain
    case .invalidOffsets(let tensor):
      "gives the tensor \(quoted(tensor)) impossible data offsets: \(SafetensorsError.saveAgain)"
    case .sizeMismatch(let tensor, let expected, let found):
      "gives the tensor \(quoted(tensor)) \(found) bytes where its shape needs \(expected): "
        + SafetensorsError.saveAgain
    case .overlap(let tensor, let begin, let expected):
      "lets the tensor \(quoted(tensor)) begin at byte \(begin), within the one that ends at "
        + "\(expected): \(SafetensorsError.saveAgain)"
    case .gap(let tensor, let begin, let expected):
      "lets the tensor \(quoted(tensor)) begin at byte \(begin) where \(expected) was expected: "
        + SafetensorsError.saveAgain
    case .truncated(let expected, let found):
      "holds \(found) of the \(expected) bytes of its tensors; it was cut off: "
        + SafetensorsError.copyAgain
    case .trailingBytes(let count):
      "has \(count) bytes behind its last tensor: \(SafetensorsError.copyAgain)"
    case .missingTensor(let name):
      "has no tensor \(quoted(name)); it belongs to another model: check the path"
    case .wrongShape(let tensor, let expected, let found):
      "holds the tensor \(quoted(tensor)) of shape \(found) where \(expected) was expected; it "
        + "belongs to another model: check the path"
    case .wrongElement(let tensor, let found):
      "holds the tensor \(quoted(tensor)) as \(found.rawValue), which cannot be used here: "
        + SafetensorsError.saveAgain
    case .damagedHeader:
      "has a header that does not fit its checksum: \(SafetensorsError.copyAgain)"
    case .damagedTensor(let name):
      "holds the tensor \(quoted(name)) with bytes that do not fit its checksum: "
        + SafetensorsError.copyAgain
    }
  }

  private static let copyAgain = "copy or make it again"
  private static let saveAgain = "save it again with a correct writer"
}

/// `name` in quotes, shortened and without control characters: it comes from a file of unknown origin.
private func quoted(_ name: String) -> String {
  JSONValue(name.count > 80 ? name.prefix(80) + "…" : name).serialized()
}
