import CZlib

/// One deflate stream made in one call, in whatever wrapping.
enum Deflate {
  /// The bytes as a deflate stream; `windowBits` choose the wrapping, as zlib has them.
  static func compress(
    _ bytes: Span<UInt8>, level: Int, windowBits: CInt
  ) throws(InputError) -> [UInt8] {
    var stream = z_stream()
    guard nn_deflateInit2(&stream, CInt(level), windowBits) == Z_OK else {
      throw InputError(.outOfMemory, "zlib could not allocate a compressor")
    }
    defer { deflateEnd(&stream) }
    guard bytes.count <= Int(UInt32.max) else {
      throw InputError(.tooLarge, "\(bytes.count) bytes are more than one call compresses")
    }
    let bound = Int(deflateBound(&stream, UInt(bytes.count)))
    guard bound <= Int(UInt32.max) else {
      throw InputError(.tooLarge, "\(bytes.count) bytes are more than one call compresses")
    }
    var status = Z_OK
    let output = [UInt8](unsafeUninitializedCapacity: bound) { target, count in
      status = bytes.withUnsafeBufferPointer { source in
        stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
        stream.avail_in = UInt32(source.count)
        stream.next_out = target.baseAddress
        stream.avail_out = UInt32(bound)
        return deflate(&stream, Z_FINISH)
      }
      count = bound - Int(stream.avail_out)
    }
    guard status == Z_STREAM_END else {
      throw InputError(.outOfMemory, "zlib could not compress \(bytes.count) bytes")
    }
    return output
  }
}
