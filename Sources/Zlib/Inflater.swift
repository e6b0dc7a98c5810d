import CZlib

/// A decompressor of one deflate stream (RFC 1951), bare or as a gzip member (RFC 1952).
///
/// The owner of its `z_stream`, which lives at an address of its own because zlib keeps a pointer
/// back to it.
struct Inflater: ~Copyable {
  /// What surrounds the deflate stream.
  enum Wrapping {
    /// Nothing: the stream as it stands in a ZIP archive.
    case none
    /// A gzip header and a trailer, whose checksum and length zlib verifies.
    case gzip

    fileprivate var windowBits: CInt { self == .gzip ? 15 + 16 : -15 }
  }

  /// What one call did.
  struct Progress {
    /// Bytes taken from the input.
    var consumed: Int
    /// Bytes written to the output.
    var produced: Int
    /// Whether the stream has ended.
    var ended: Bool
  }

  private let stream: UnsafeMutablePointer<z_stream>

  /// A decompressor at the start of a stream.
  init(_ wrapping: Wrapping) throws(InputError) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    guard nn_inflateInit2(stream, wrapping.windowBits) == Z_OK else {
      stream.deallocate()
      throw InputError(.outOfMemory, "zlib could not allocate a decompressor")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Makes ready for another stream of the same wrapping.
  mutating func reset() {
    inflateReset(stream)
  }

  /// Decompresses from `input` to `output` as far as either goes.
  ///
  /// - Parameter name: What is being read, for messages.
  mutating func inflate(
    _ input: Span<UInt8>, into output: inout MutableSpan<UInt8>, of name: String
  ) throws(InputError) -> Progress {
    let stream = stream
    let inputCount = min(input.count, Int(UInt32.max))
    let outputCount = min(output.count, Int(UInt32.max))
    let status = input.withUnsafeBufferPointer { source in
      output.withUnsafeMutableBufferPointer { target in
        stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
        stream.pointee.avail_in = UInt32(inputCount)
        stream.pointee.next_out = target.baseAddress
        stream.pointee.avail_out = UInt32(outputCount)
        return CZlib.inflate(stream, Z_NO_FLUSH)
      }
    }
    switch status {
    case Z_OK, Z_STREAM_END, Z_BUF_ERROR:
      return Progress(
        consumed: inputCount - Int(stream.pointee.avail_in),
        produced: outputCount - Int(stream.pointee.avail_out), ended: status == Z_STREAM_END)
    case Z_MEM_ERROR:
      throw InputError(.outOfMemory, "zlib is out of memory while reading \(name)")
    default:
      let reason = stream.pointee.msg.map { String(cString: $0) } ?? "a preset dictionary"
      throw InputError(.corrupt, "\(name) is not valid compressed data: \(reason)")
    }
  }
}
