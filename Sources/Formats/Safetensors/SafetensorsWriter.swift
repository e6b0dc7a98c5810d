import Tensors

/// Writes a safetensors file, which appears under its name only when it is complete.
///
/// All tensors are announced first, so the header comes before the data and a full disk is told
/// before the first byte; then each is written, in any order and in as many pieces as is convenient.
///
///     let writer = try SafetensorsWriter(
///       path: "model.safetensors",
///       tensors: [.init("dense_1.weight", .float32, [10, 64]), .init("dense_1.bias", .float32, [10])],
///       metadata: ["format": "nntrain 1"])
///     try writer.write("dense_1.weight", storage.span(0..<640))
///     try writer.write("dense_1.bias", storage.span(640..<650))
///     try writer.finish()
public final class SafetensorsWriter {
  /// A tensor to be written.
  public struct Announcement: Hashable, Sendable {
    /// The name.
    public var name: String
    /// The type of its elements.
    public var element: SafetensorsElement
    /// The shape.
    public var shape: Shape

    /// A tensor of the given properties.
    public init(_ name: String, _ element: SafetensorsElement = .float32, _ shape: Shape) {
      self.name = name
      self.element = element
      self.shape = shape
    }
  }

  /// What the file will hold.
  public let header: SafetensorsHeader

  private let file: AtomicFile
  private let dataStart: Int
  /// The bytes written of each tensor.
  private var written: [String: Int] = [:]

  /// Begins the file `path`.
  ///
  /// Wider elements are laid out first, so that every tensor is aligned to its element size; among
  /// equals the given order is kept.
  ///
  /// - Parameter checksums: with them, those of all tensors (``SafetensorsSeal/checksum(_:)``), the
  ///   file is sealed: ``SafetensorsReader/verify()`` will tell every changed bit.
  /// - Throws: `cannotWrite`, also where the disk has no room for the whole file.
  /// - Precondition: names are unique and none is `__metadata__`.
  public init(
    path: String, tensors: [Announcement], metadata: [String: String] = [:],
    checksums: [String: String]? = nil
  ) throws(FileError) {
    var metadata = metadata
    if let checksums { metadata.merge(SafetensorsSeal.metadata(checksums)) { $1 } }
    header = SafetensorsHeader(tensors: SafetensorsWriter.layout(tensors), metadata: metadata)
    var bytes = header.serialized()
    if checksums != nil { bytes = SafetensorsSeal.sealed(bytes) }
    precondition(
      bytes.count - 8 <= SafetensorsHeader.byteLimit, "a header of \(bytes.count) bytes")
    dataStart = bytes.count
    file = try AtomicFile(path: path)
    try file.reserve(dataStart + header.dataByteCount)
    try file.write(bytes.span.bytes)
  }

  /// Writes the next `values` of the tensor `name`.
  ///
  /// - Precondition: the tensor is announced, of this element type, and has room for them.
  public func write<Scalar: SafetensorsScalar>(
    _ name: String, _ values: Span<Scalar>
  ) throws(FileError) {
    guard let tensor = header[name] else { preconditionFailure("\(name) was not announced") }
    precondition(
      tensor.element == Scalar.element,
      "\(name) is \(tensor.element.rawValue), not \(Scalar.element.rawValue)")
    let bytes = values.bytes
    let done = written[name, default: 0]
    precondition(
      done + bytes.byteCount <= tensor.range.count,
      "\(done + bytes.byteCount) bytes for the \(tensor.range.count) of \(name)")
    try file.write(bytes, at: dataStart + tensor.range.lowerBound + done)
    written[name] = done + bytes.byteCount
  }

  /// Makes the file appear.
  ///
  /// - Precondition: every tensor is written completely.
  public func finish() throws(FileError) {
    for tensor in header.tensors {
      precondition(
        written[tensor.name, default: 0] == tensor.range.count, "\(tensor.name) is not complete")
    }
    try file.finish()
  }

  /// Gives the file up and removes what was written.
  public func discard() { file.discard() }

  private static func layout(_ announcements: [Announcement]) -> [SafetensorsTensor] {
    precondition(
      Set(announcements.map(\.name)).count == announcements.count, "a tensor is announced twice")
    precondition(
      !announcements.contains { $0.name == SafetensorsHeader.metadataKey },
      "no tensor may be called \(SafetensorsHeader.metadataKey)")
    var begin = 0
    // Swift's sort is stable.
    return announcements.sorted { $0.element.byteCount > $1.element.byteCount }.map {
      let end = begin + $0.shape.count * $0.element.byteCount
      defer { begin = end }
      return SafetensorsTensor(
        name: $0.name, element: $0.element, shape: $0.shape, range: begin..<end)
    }
  }
}
