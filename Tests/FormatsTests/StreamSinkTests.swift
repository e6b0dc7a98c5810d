import Foundation
import Testing
import _TestSupport

@testable import Formats

@Suite struct StreamSinkTests {
  /// A named pipe without reader at the time of writing: the signal must not kill the process.
  @Test(.timeLimit(.minutes(1)))
  func aReaderThatHasGoneIsAnErrorAndNoSignal() throws {
    try withTemporaryFolder { folder in
      let path = folder.path("pipe")
      #expect(mkfifo(path, 0o600) == 0)
      let reader = open(path, O_RDONLY | O_NONBLOCK)
      let sink = try #require(try openSink(path) as? StreamSink)
      close(reader)
      let error = try #require(throws: FileError.self) {
        try sink.write([UInt8](repeating: 1, count: 100_000).span.bytes)
      }
      #expect(error.kind == .readerGone)
      #expect(error.description.contains("the program that read this output has ended"))
      var pending = sigset_t()
      sigpending(&pending)
      #expect(sigismember(&pending, SIGPIPE) == 0)
    }
  }

  /// The pipe holds less than is written, so writes are cut short and continued.
  @Test(.timeLimit(.minutes(1)))
  func everythingArrivesThroughASmallPipe() throws {
    try withTemporaryFolder { folder in
      let path = folder.path("pipe")
      #expect(mkfifo(path, 0o600) == 0)
      let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      let done = DispatchSemaphore(value: 0)
      let copy = folder.path("copy")
      Thread.detachNewThread {
        let reader = Process()
        reader.executableURL = URL(fileURLWithPath: "/bin/sh")
        reader.arguments = ["-c", "cat \"$0\" > \"$1\"", path, copy]
        do { try reader.run() } catch { Issue.record(error) }
        reader.waitUntilExit()
        done.signal()
      }
      let sink = try openSink(path)
      try sink.write(bytes.span.extracting(0..<10).bytes)
      try sink.write(bytes.span.extracting(10..<900_000).bytes)
      try sink.write(bytes.span.extracting(900_000..<1_000_000).bytes)
      try sink.finish()
      done.wait()
      #expect(try folder.bytes(of: "copy") == bytes)
    }
  }

  @Test func aPathIsWrittenAtomically() throws {
    try withTemporaryFolder { folder in
      let sink = try openSink(folder.path("a"))
      try sink.write("x")
      #expect(!FileManager.default.fileExists(atPath: folder.path("a")))
      try sink.finish()
      #expect(try folder.text(of: "a") == "x")
    }
  }

  @Test func aDeviceIsAStream() throws {
    let sink = try openSink("/dev/null")
    try sink.write("x")
    try sink.finish()
    #expect(FileStatus(of: "/dev/null")?.kind == .other)
  }
}
