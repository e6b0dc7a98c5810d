import Digests

/// Checksums within a safetensors file, by which every changed bit shows.
///
/// The metadata `checksums` hold SHA-256 of each tensor's bytes by its name, as a JSON object.
/// `header_checksum` is SHA-256 of all bytes in front of the data, taken with zeros in place of its
/// own 64 digits.
public enum SafetensorsSeal {
  static let tensorsKey = "checksums"
  static let headerKey = "header_checksum"
  /// What stands in place of the header's checksum while it is computed.
  static let blank = String(repeating: "0", count: 2 * SHA256.byteCount)

  /// The checksum of one tensor's bytes.
  public static func checksum(_ bytes: RawSpan) -> String {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finishHex()
  }

  /// The metadata that seal a file whose tensors have these checksums, the header's own still blank.
  static func metadata(_ checksums: [String: String]) -> [String: String] {
    let sorted = checksums.sorted { ParameterDigest.precedes($0.key, $1.key) }
    let object = JSONObject(sorted.lazy.map { ($0.key, JSONValue($0.value)) })
    return [tensorsKey: JSONValue.object(object).serialized(), headerKey: blank]
  }

  /// `header` with its checksum filled in.
  static func sealed(_ header: [UInt8]) -> [UInt8] {
    guard let place = place(in: header) else {
      preconditionFailure("the header has no place for its checksum")
    }
    var header = header
    header.replaceSubrange(place, with: Array(SHA256.hex(of: header).utf8))
    return header
  }

  /// Whether the bytes in front of the data are those that were sealed.
  static func isIntact(_ header: [UInt8]) -> Bool {
    guard let place = place(in: header) else { return false }
    let found = header[place]
    var blanked = header
    blanked.replaceSubrange(place, with: Array(blank.utf8))
    return found.elementsEqual(SHA256.hex(of: blanked).utf8)
  }

  /// Where the digits of the header's checksum stand.
  ///
  /// Quotes within a JSON text are escaped, so these bytes begin nothing else.
  private static func place(in header: [UInt8]) -> Range<Int>? {
    let key = Array("\"\(headerKey)\":\"".utf8)
    guard header.count >= key.count + blank.utf8.count else { return nil }
    for start in 0...header.count - key.count - blank.utf8.count
    where header[start] == key[0] && header[start..<start + key.count].elementsEqual(key) {
      return start + key.count..<start + key.count + blank.utf8.count
    }
    return nil
  }
}

extension SafetensorsReader {
  /// Reads the whole file and compares it with the checksums that it carries.
  ///
  /// - Throws: `badContent` that names what has changed.
  public func verify() throws(FileError) {
    guard SafetensorsSeal.isIntact(try file.bytes(at: 0, count: dataStart)),
      let text = metadata[SafetensorsSeal.tensorsKey],
      let checksums = (try? JSONValue(parsing: text))?.object,
      checksums.count == header.tensors.count
    else {
      throw FileError(badContent: path, SafetensorsError.damagedHeader)
    }
    for tensor in header.tensors
    where try checksums[tensor.name]?.string != checksum(of: tensor) {
      throw FileError(badContent: path, SafetensorsError.damagedTensor(tensor.name))
    }
  }

  private func checksum(of tensor: SafetensorsTensor) throws(FileError) -> String {
    var hash = SHA256()
    var start = tensor.range.lowerBound
    while start < tensor.range.upperBound {
      let count = min(1 << 20, tensor.range.upperBound - start)
      hash.update(try file.bytes(at: dataStart + start, count: count))
      start += count
    }
    return hash.finishHex()
  }
}
