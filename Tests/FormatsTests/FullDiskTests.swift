import Foundation
import Tensors
import Testing
import _TestSupport

@testable import Formats

/// A file system with 64 kB of room or, where none can be mounted, `/dev/full` for streams.
@Suite(.serialized) struct FullDiskTests {
  @Test func aStreamTellsThatTheDeviceIsFull() throws {
    let stream = try StreamSink(path: "/dev/full")
    try stream.write("held back")
    let error = try #require(throws: FileError.self) { try stream.finish() }
    expectFull(error, path: "/dev/full")
  }

  @Test func aFullDiskIsToldAndLeavesNothing() throws {
    try withSmallDisk { folder in
      try folder.write("old", to: "a.txt")
      let file = try AtomicFile(path: folder.path("a.txt"))
      let error = try #require(throws: FileError.self) {
        for _ in 0..<8 { try file.write([UInt8](repeating: 1, count: 65_536).span.bytes) }
      }
      expectFull(error, path: folder.path("a.txt"))
      #expect(try folder.entries() == ["a.txt"])
      #expect(try folder.text(of: "a.txt") == "old")
    }
  }

  @Test func aFileTooLargeIsRefusedBeforeItsFirstByte() throws {
    try withSmallDisk { folder in
      let error = try #require(throws: FileError.self) {
        try SafetensorsWriter(
          path: folder.path("m.safetensors"), tensors: [.init("w", .float32, [100, 1000])])
      }
      expectFull(error, path: folder.path("m.safetensors"))
      #expect(try folder.entries().isEmpty)
    }
  }

  @Test func aLineThatDoesNotFitIsCutOff() throws {
    try withSmallDisk { folder in
      let file = try AppendedFile(path: folder.path("log"))
      try file.append(line: "first")
      let error = try #require(throws: FileError.self) {
        try file.append(line: String(repeating: "x", count: 200_000))
      }
      expectFull(error, path: folder.path("log"))
      #expect(try folder.text(of: "log") == "first\n")
    }
  }

  @Test func aFullDiskRefusesARun() throws {
    try withSmallDisk { folder in
      let free = try DiskSpace.free(at: folder.path)
      #expect(free > 0 && free <= 65_536)
      let error = try #require(throws: FileError.self) {
        try DiskSpace.require(1 << 20, at: folder.path)
      }
      #expect(error.kind == .cannotWrite)
      #expect(error.description.contains("\(1 << 20)") && error.description.contains("\(free)"))
    }
  }

  private func expectFull(_ error: FileError, path: String) {
    #expect(error.kind == .cannotWrite)
    #expect(error.path == path)
    #expect(error.cause as? SystemError == SystemError(ENOSPC))
    #expect(error.description.contains("free some space"))
  }

  /// Runs `body` on a small file system.
  ///
  /// Where mounting is not permitted, what every test here rests upon is shown at the device instead:
  /// a write that finds no room is an error of that kind, and not a crash or a success.
  private func withSmallDisk(_ body: (TemporaryFolder) throws -> Void) throws {
    try withTemporaryFolder { folder in
      guard run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder.path) == 0 else {
        let sink = try StreamSink(path: "/dev/full")
        try sink.write("x")
        let error = try #require(throws: FileError.self) { try sink.finish() }
        expectFull(error, path: "/dev/full")
        return
      }
      defer { _ = run("umount", folder.path) }
      try body(folder)
    }
  }

  private func run(_ words: String...) -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    process.standardError = FileHandle.nullDevice
    do {
      try process.run()
    } catch {
      return -1
    }
    process.waitUntilExit()
    return process.terminationStatus
  }
}
