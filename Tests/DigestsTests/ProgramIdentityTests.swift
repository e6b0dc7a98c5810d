import Foundation
import Testing

@testable import Digests

/// The build id is read from ELF files as the linker writes them, and nothing else is believed.
@Suite struct ProgramIdentityTests {
  private let id: [UInt8] = (1...20).map { UInt8($0) }

  private func little(_ value: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private func note(type: Int, owner: String, _ content: [UInt8]) -> [UInt8] {
    let name = Array(owner.utf8) + [0]
    let padded = name + [UInt8](repeating: 0, count: (4 - name.count % 4) % 4)
    let end = [UInt8](repeating: 0, count: (4 - content.count % 4) % 4)
    return little(name.count, 4) + little(content.count, 4) + little(type, 4) + padded + content
      + end
  }

  /// An ELF file of one note segment.
  private func program(_ notes: [UInt8], tableAt: Int = 64, length: Int? = nil) -> [UInt8] {
    var header: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1] + [UInt8](repeating: 0, count: 57)
    header.replaceSubrange(32..<40, with: little(tableAt, 8))
    header.replaceSubrange(54..<58, with: little(56, 2) + little(1, 2))
    let entry =
      little(4, 4) + little(4, 4) + little(120, 8) + little(0, 16)
      + little(length ?? notes.count, 8) + little(notes.count, 8) + little(4, 8)
    return header + entry + notes
  }

  private func withFile<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws
    -> Result
  {
    let url = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try Data(bytes).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    return try body(url.path)
  }

  @Test func buildIDIsFoundBehindOtherNotes() throws {
    let notes =
      note(type: 1, owner: "GNU", [9, 9, 9, 9, 9]) + note(type: 3, owner: "Go", [8, 8])
      + note(type: 3, owner: "GNU", id)
    let found = try withFile(program(notes)) { try ProgramIdentity.of($0) }
    #expect(found == id)
  }

  @Test func fileWithoutBuildIDIsHashed() throws {
    let hostile: [[UInt8]] = [
      [], Array("#!/bin/sh\n".utf8),
      program(note(type: 1, owner: "GNU", id)),
      program(note(type: 3, owner: "GNU", id), tableAt: .max - 8),
      program(note(type: 3, owner: "GNU", id), tableAt: 1 << 62),
      program(note(type: 3, owner: "GNU", id), length: -1),
      program(note(type: 3, owner: "GNU", id), length: 1 << 40),
      program(little(4, 4) + little(1 << 30, 4) + little(3, 4) + Array("GNU\0".utf8)),
      Array(program(note(type: 3, owner: "GNU", id)).dropLast(1)),
    ]
    for bytes in hostile {
      try withFile(bytes) { path in
        #expect(ProgramIdentity.buildID(of: path) == nil)
        let (identity, hash) = (try ProgramIdentity.of(path), try SHA256.hash(ofFile: path))
        #expect(identity == hash)
      }
    }
  }

  @Test func missingFileIsNamed() {
    #expect(throws: HashError.self) { try ProgramIdentity.of("/nonexistent/nntrain") }
  }
}
