import CCrypto

/// The SHA-256 digest of a stream of bytes, computed by libcrypto.
///
/// FIPS PUB 180-4, "Secure Hash Standard", section 6.2. Bytes may come in pieces of any size; the
/// digest depends on their sequence alone.
///
///     var digest = SHA256()
///     digest.update(Array("abc".utf8))
///     print(digest.finishHex())  // ba7816bf…f20015ad
public struct SHA256: ~Copyable {
  /// The length of a digest in bytes.
  public static let byteCount = 32

  private let context: OpaquePointer

  /// The digest of no bytes yet.
  public init() {
    guard let context = EVP_MD_CTX_new() else {
      preconditionFailure("out of memory: no digest context could be allocated")
    }
    self.context = context
    check(EVP_DigestInit_ex(context, EVP_sha256(), nil), "EVP_DigestInit_ex")
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Adds `bytes` to the stream.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    check(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count), "EVP_DigestUpdate")
  }

  /// Adds `bytes` to the stream.
  public mutating func update(_ bytes: RawSpan) {
    bytes.withUnsafeBytes { update($0) }
  }

  /// Adds `bytes` to the stream.
  public mutating func update(_ bytes: Span<UInt8>) {
    update(bytes.bytes)
  }

  /// Adds `bytes` to the stream.
  public mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { update($0) }
  }

  /// The digest of all bytes, 32 of them.
  public consuming func finish() -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: SHA256.byteCount) { buffer, count in
      check(EVP_DigestFinal_ex(context, buffer.baseAddress, nil), "EVP_DigestFinal_ex")
      count = SHA256.byteCount
    }
  }

  /// The digest of all bytes as 64 lower-case hexadecimal digits.
  public consuming func finishHex() -> String {
    let bytes = finish()
    return String(unsafeUninitializedCapacity: 2 * bytes.count) { text in
      for (i, byte) in bytes.enumerated() {
        text[2 * i] = digit(byte >> 4)
        text[2 * i + 1] = digit(byte & 15)
      }
      return 2 * bytes.count
    }
  }

  /// The 64 lower-case hexadecimal digits of a hash.
  public static func hex(hash: [UInt8]) -> String {
    String(decoding: hash.flatMap { [digit($0 >> 4), digit($0 & 15)] }, as: UTF8.self)
  }

  /// The digest of `bytes` as 64 lower-case hexadecimal digits.
  public static func hex(of bytes: [UInt8]) -> String {
    var digest = SHA256()
    digest.update(bytes)
    return digest.finishHex()
  }
}

/// The ASCII code of the hexadecimal digit of `value`, 0 to 15.
private func digit(_ value: UInt8) -> UInt8 {
  value + (value < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
}

/// Ends the program where libcrypto refuses a call that no input can make it refuse.
private func check(_ status: CInt, _ call: StaticString) {
  precondition(status == 1, "\(call) failed: this libcrypto offers no SHA-256")
}
