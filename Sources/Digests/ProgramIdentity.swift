#if canImport(Glibc)
  import Glibc
#endif

/// What tells one build of a program from another.
///
/// The linker writes a hash of what it linked into the program (the note `NT_GNU_BUILD_ID` of ELF), which
/// takes a few reads to find, where hashing a program of 100 MB takes every rank a tenth of a second.
public enum ProgramIdentity {
  /// The build id of the program at `path`, or the SHA-256 of the whole file where it has none.
  public static func of(_ path: String) throws(HashError) -> [UInt8] {
    if let id = buildID(of: path) { return id }
    return try SHA256.hash(ofFile: path)
  }

  /// The build id of the 64-bit little-endian ELF file at `path`; nil for any other file, one without
  /// a build id, or one that cannot be read.
  static func buildID(of path: String) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    // e_ident: the magic, 64 bits, little-endian.
    guard let header = bytes(of: file, at: 0, count: 64),
      header.prefix(6) == [0x7F, 0x45, 0x4C, 0x46, 2, 1]
    else { return nil }
    let (start, size) = (number(header, 32, 8), number(header, 54, 2))
    let count = number(header, 56, 2)
    guard size == 56, let table = bytes(of: file, at: start, count: size * count) else {
      return nil
    }
    for entry in 0..<count where number(table, entry * size, 4) == 4 {  // PT_NOTE
      let (offset, length) = (
        number(table, entry * size + 8, 8), number(table, entry * size + 32, 8)
      )
      guard length <= 1 << 16, let notes = bytes(of: file, at: offset, count: length) else {
        continue
      }
      if let id = buildID(inNotes: notes) { return id }
    }
    return nil
  }

  /// The description of the note of type 3 by the owner "GNU" among `notes`.
  private static func buildID(inNotes notes: [UInt8]) -> [UInt8]? {
    var at = 0
    while at + 12 <= notes.count {
      let (nameSize, size) = (number(notes, at, 4), number(notes, at + 4, 4))
      let name = at + 12
      let content = name + (nameSize + 3) / 4 * 4
      guard content + size <= notes.count else { return nil }
      if number(notes, at + 8, 4) == 3, nameSize == 4, size > 0,
        notes[name..<name + 4].elementsEqual("GNU\0".utf8)
      {
        return Array(notes[content..<content + size])
      }
      at = content + (size + 3) / 4 * 4
    }
    return nil
  }

  /// `count` bytes from `offset`; nil where the file does not have them.
  private static func bytes(of file: Int32, at offset: Int, count: Int) -> [UInt8]? {
    guard offset >= 0, count >= 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: count)
    let got = bytes.withUnsafeMutableBytes { pread(file, $0.baseAddress, count, offset) }
    return got == count ? bytes : nil
  }

  /// The little-endian number of `width` bytes at `offset`; negative numbers do not occur in a file
  /// that is what it says, and are refused by `bytes`.
  private static func number(_ bytes: [UInt8], _ offset: Int, _ width: Int) -> Int {
    var value: UInt64 = 0
    for index in (0..<width).reversed() { value = value << 8 | UInt64(bytes[offset + index]) }
    return Int(truncatingIfNeeded: value)
  }
}
