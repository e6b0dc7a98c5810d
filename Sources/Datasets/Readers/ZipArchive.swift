import Zlib

/// The table of contents of a ZIP archive (PKWARE APPNOTE 6.3.10, with ZIP64).
///
/// Leaves out: encryption, archives in several parts, methods other than stored and deflated.
struct ZipArchive {
  /// One file in the archive.
  struct Member {
    /// The name, for messages.
    let name: String
    /// Whether the content is deflated; stored otherwise.
    let isDeflated: Bool
    /// The bytes that the content takes in the archive.
    let packedSize: Int
    /// The CRC-32 of the content.
    let checksum: UInt32
    fileprivate let headerOffset: Int
  }

  /// The archive's file.
  let file: InputFile
  /// The members by name.
  let members: [String: Member]

  /// Opens the archive at `path` and reads its table of contents.
  init(_ path: String) throws(DatasetError) {
    let file = try InputFile.forData(path)
    self.file = file
    guard file.size > 0 else { throw DatasetError(.badContent, "\(path) is empty") }
    let directory = try ZipArchive.directory(of: file)
    var table = [UInt8](repeating: 0, count: directory.count)
    var room = table.mutableSpan
    try file.fill(&room, at: directory.lowerBound)
    members = try ZipArchive.members(in: LittleEndian(table), of: file)
  }

  /// Where the content of `member` begins.
  func contentOffset(of member: Member) throws(DatasetError) -> Int {
    let header = try ZipArchive.read(file, at: member.headerOffset, count: 30)
    guard header.number(0, 4) == 0x0403_4b50 else {
      throw ZipArchive.damaged(file, "no header where \"\(member.name)\" should begin")
    }
    let start = member.headerOffset + 30 + header.number(26, 2) + header.number(28, 2)
    guard start <= file.size, member.packedSize <= file.size - start else {
      throw ZipArchive.damaged(file, "\"\(member.name)\" reaches beyond the end of the file")
    }
    return start
  }

  /// The range of the table of contents, from the end record at the end of the file.
  private static func directory(of file: InputFile) throws(DatasetError) -> Range<Int> {
    // The end record is 22 bytes and a comment of at most 65,535.
    let tailSize = min(file.size, 22 + 65_535)
    let tail = try read(file, at: file.size - tailSize, count: tailSize)
    var at = tailSize - 22
    while at >= 0, tail.number(at, 4) != 0x0605_4b50 { at -= 1 }
    guard at >= 0 else {
      throw DatasetError(
        .badContent, "\(file.path) is not a ZIP archive, or is truncated: it has no end record")
    }
    var (size, offset) = (tail.number(at + 12, 4), tail.number(at + 16, 4))
    if offset == 0xffff_ffff || size == 0xffff_ffff {
      guard at >= 20, tail.number(at - 20, 4) == 0x0706_4b50 else {
        throw damaged(file, "its end record lacks the 64-bit part")
      }
      let record = try read(file, at: tail.number(at - 12, 8), count: 56)
      guard record.number(0, 4) == 0x0606_4b50 else {
        throw damaged(file, "its 64-bit end record is not where it should be")
      }
      (size, offset) = (record.number(40, 8), record.number(48, 8))
    }
    guard offset >= 0, size >= 0, offset <= file.size, size <= file.size - offset else {
      throw damaged(file, "its table of contents reaches beyond the end of the file")
    }
    return offset..<offset + size
  }

  private static func members(
    in table: LittleEndian, of file: InputFile
  ) throws(DatasetError) -> [String: Member] {
    var members: [String: Member] = [:]
    var at = 0
    while at < table.count {
      guard at + 46 <= table.count, table.number(at, 4) == 0x0201_4b50 else {
        throw damaged(file, "its table of contents has a wrong entry")
      }
      let (nameSize, extraSize) = (table.number(at + 28, 2), table.number(at + 30, 2))
      let next = at + 46 + nameSize + extraSize + table.number(at + 32, 2)
      guard next <= table.count else { throw damaged(file, "its table of contents is cut off") }
      let name = table.text(at + 46, nameSize)
      let method = table.number(at + 10, 2)
      guard table.number(at + 8, 2) & 1 == 0 else {
        throw DatasetError(.badContent, "\(file.path): \"\(name)\" is encrypted")
      }
      guard method == 0 || method == 8 else {
        throw DatasetError(
          .badContent,
          "\(file.path): \"\(name)\" is packed by method \(method); save it with numpy.savez")
      }
      var (packed, offset) = (table.number(at + 20, 4), table.number(at + 42, 4))
      let unpacked = table.number(at + 24, 4)
      // The 64-bit values follow in one extra field, in this order, each only where it is needed.
      var wide = table.extra(1, at + 46 + nameSize, extraSize)
      if unpacked == 0xffff_ffff { _ = table.takeWide(&wide) }
      if packed == 0xffff_ffff { packed = table.takeWide(&wide) ?? -1 }
      if offset == 0xffff_ffff { offset = table.takeWide(&wide) ?? -1 }
      guard packed >= 0, offset >= 0, offset <= file.size - 30 else {
        throw damaged(file, "\"\(name)\" reaches beyond the end of the file")
      }
      members[name] = Member(
        name: name, isDeflated: method == 8, packedSize: packed,
        checksum: UInt32(truncatingIfNeeded: table.number(at + 16, 4)), headerOffset: offset)
      at = next
    }
    return members
  }

  private static func read(
    _ file: InputFile, at offset: Int, count: Int
  ) throws(DatasetError) -> LittleEndian {
    guard offset >= 0, offset <= file.size - count else {
      throw damaged(file, "it refers to bytes beyond its end")
    }
    var bytes = [UInt8](repeating: 0, count: count)
    var room = bytes.mutableSpan
    try file.fill(&room, at: offset)
    return LittleEndian(bytes)
  }

  private static func damaged(_ file: InputFile, _ what: String) -> DatasetError {
    DatasetError(.badContent, "\(file.path) is a damaged ZIP archive: \(what)")
  }
}
