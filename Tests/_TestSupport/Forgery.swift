import Formats

/// Sealed safetensors files that lie: every checksum fits, the content does not.
public enum Forgery {
  /// Copies the file at `path` to `copy` with other metadata, where nil removes one, and without the
  /// tensors that `drops` names, sealed anew. Tensors are F32, F64 or U8.
  public static func copy(
    _ path: String, to copy: String, metadata changes: [String: String?] = [:],
    dropping drops: Set<String> = []
  ) throws {
    let reader = try SafetensorsReader(path: path)
    var metadata = reader.metadata
    for (key, value) in changes { metadata[key] = value }
    let tensors = reader.header.tensors.filter { !drops.contains($0.name) }
    var floats: [String: [Float]] = [:]
    var doubles: [String: [Double]] = [:]
    var bytes: [String: [UInt8]] = [:]
    var checksums: [String: String] = [:]
    for tensor in tensors {
      if tensor.element == .float64 {
        var values = [Double](repeating: 0, count: tensor.shape.count)
        var span = values.mutableSpan
        try reader.readExactly(tensor.name, into: &span)
        checksums[tensor.name] = SafetensorsSeal.checksum(values.span.bytes)
        doubles[tensor.name] = values
      } else if tensor.element == .uint8 {
        var values = [UInt8](repeating: 0, count: tensor.shape.count)
        var span = values.mutableSpan
        try reader.readExactly(tensor.name, into: &span)
        checksums[tensor.name] = SafetensorsSeal.checksum(values.span.bytes)
        bytes[tensor.name] = values
      } else {
        var values = [Float](repeating: 0, count: tensor.shape.count)
        var span = values.mutableSpan
        try reader.read(tensor.name, into: &span)
        checksums[tensor.name] = SafetensorsSeal.checksum(values.span.bytes)
        floats[tensor.name] = values
      }
    }
    let writer = try SafetensorsWriter(
      path: copy, tensors: tensors.map { .init($0.name, $0.element, $0.shape) },
      metadata: metadata, checksums: checksums)
    for (name, values) in floats { try writer.write(name, values.span) }
    for (name, values) in doubles { try writer.write(name, values.span) }
    for (name, values) in bytes { try writer.write(name, values.span) }
    try writer.finish()
  }
}
