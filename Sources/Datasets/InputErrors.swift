import Zlib

extension DatasetError {
  /// The failure to get bytes from a file, as a failure of the data set.
  init(_ error: InputError) {
    switch error.kind {
    case .unreadable: self.init(.unreadable, error.description)
    case .truncated, .corrupt, .tooLarge, .outOfMemory:
      self.init(.badContent, error.description)
    }
  }
}

extension InputFile {
  /// Opens `path` or says why the data cannot be had.
  static func forData(_ path: String) throws(DatasetError) -> InputFile {
    do { return try InputFile(path: path) } catch { throw DatasetError(error) }
  }

  /// The content from front to back, decompressed where it is gzip.
  func stream(limit: Int = .max) throws(DatasetError) -> ByteStream {
    do { return try ByteStream(self, limit: limit) } catch { throw DatasetError(error) }
  }

  /// A part of the content from front to back, inflated where it is `deflated`.
  func stream(
    range: Range<Int>, deflated: Bool, checksum: UInt32
  ) throws(DatasetError) -> ByteStream {
    do {
      return try ByteStream(self, range: range, deflated: deflated, checksum: checksum)
    } catch { throw DatasetError(error) }
  }

  /// Fills `buffer` from `offset` on; a file that ends before is an error.
  func fill(_ buffer: inout MutableSpan<UInt8>, at offset: Int) throws(DatasetError) {
    let got: Int
    do { got = try read(into: &buffer, at: offset) } catch { throw DatasetError(error) }
    guard got == buffer.count else {
      throw DatasetError(
        .badContent,
        "\(path) is truncated: \(buffer.count) bytes expected at offset \(offset), \(got) found")
    }
  }
}

extension ByteStream {
  /// Fills `buffer` as far as the content goes.
  func next(_ buffer: inout MutableSpan<UInt8>) throws(DatasetError) -> Int {
    do { return try read(into: &buffer) } catch { throw DatasetError(error) }
  }

  /// The next `count` bytes; fewer only at the end of the content.
  func next(_ count: Int) throws(DatasetError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var span = bytes.mutableSpan
    let got = try next(&span)
    bytes.removeLast(count - got)
    return bytes
  }

  /// Checks that the content ends here; this also verifies the checksum of a compressed file.
  func expectEnd(_ name: String, after expected: Int) throws(DatasetError) {
    guard try next(1).isEmpty else {
      throw DatasetError(
        .badContent, "\(name) is longer than the \(expected) bytes that its header describes")
    }
  }
}
