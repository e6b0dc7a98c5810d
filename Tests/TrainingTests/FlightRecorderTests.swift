import Formats
import Testing
import _TestSupport

@testable import Training

/// What a recorder keeps is what is read, whatever becomes of the process.
@Suite struct FlightRecorderTests {
  /// A run directory whose recorder of rank 1 out of 3 has noted `count` events.
  private func record(_ count: Int, in folder: TemporaryFolder) throws -> String {
    try Folder.create(folder.path("run/flight"))
    let recorder = try #require(
      FlightRecorder(run: folder.path("run"), rank: 1, size: 3, host: "node7"))
    for number in 0..<count {
      recorder.note(
        number % 2 == 0 ? .compute : .communication, at: 1000 + Double(number) * 0.5,
        step: number / 2, started: number % 7, complete: number % 5)
    }
    return folder.path("run/flight/rank-1.bin")
  }

  @Test("the last events, in order", arguments: [0, 3, 1023, 1024, 5000])
  func lastEvents(count: Int) throws {
    try withTemporaryFolder { folder in
      let found = try FlightRecord(path: record(count, in: folder))
      #expect(found.rank == 1 && found.size == 3 && found.host == "node7")
      let first = max(0, count - 1023)
      #expect(found.events.count == count - first)
      for (event, number) in zip(found.events, first..<count) {
        #expect(event.phase == (number % 2 == 0 ? .compute : .communication))
        #expect(event.step == number / 2)
        #expect(event.started == number % 7 && event.complete == number % 5)
      }
      for (one, next) in zip(found.events, found.events.dropFirst()) {
        #expect(next.time - one.time == 500_000_000)
      }
    }
  }

  @Test("a damaged file is told")
  func damage() throws {
    try withTemporaryFolder { folder in
      let path = try record(10, in: folder)
      let whole = try FileBytes.read(path, limit: 1 << 20)
      func expectRefused(_ words: String, _ change: (inout [UInt8]) -> Void) throws {
        var bytes = whole
        change(&bytes)
        let other = try folder.write(bytes, to: "other.bin")
        #expect {
          try FlightRecord(path: other)
        } throws: { error in
          (error as? FileError)?.kind == .badContent
            && "\(error)".contains(other) && "\(error)".contains(words)
        }
      }
      try expectRefused("bytes, not") { $0.removeLast() }
      try expectRefused("bytes, not") { $0 = [] }
      try expectRefused("bytes, not") { $0.append(0) }
      try expectRefused("first bytes") { $0[0] ^= 1 }
      try expectRefused("format is 9") { $0[8] = 9 }
      try expectRefused("header") { $0[2 * 8] = 200 }
      try expectRefused("header") { $0[7 * 8 + 7] = 255 }
      try expectRefused("record 0") { $0[(24 + 2) * 8] = 99 }
    }
  }

  @Test("the report merges the ranks by time and names those without a recorder")
  func report() throws {
    try withTemporaryFolder { folder in
      _ = try record(4, in: folder)
      let first = try #require(
        FlightRecorder(run: folder.path("run"), rank: 0, size: 3, host: "node6"))
      first.note(.checkpoint, at: 1000.25, step: 7, started: 0, complete: 0)
      let lines = try FlightReport(run: folder.path("run")).lines(last: 5)
      #expect(lines[0].hasPrefix("the last event of 3 ranks was at "))
      #expect(lines[1].hasPrefix("rank 0 (node6, process "))
      #expect(lines[1].contains("after step 7, writing a checkpoint"))
      #expect(
        lines[2].contains("after step 1, exchanging gradients (3 of 3 started buckets summed)"))
      #expect(lines[3] == "no recorder of rank 2")
      let events = lines.dropFirst(5)
      #expect(events.count == 5)
      #expect(events.last?.hasPrefix("    -0.000000     1         1  exchanging") == true)
      // Both clocks began at about the same moment.
      #expect(events.contains { $0.contains(" 0         7  writing a checkpoint") })
      try FlightRecorder.clear(folder.path("run"))
      #expect(try folder.entries(of: "run") == [])
      #expect(throws: FileError.self) { try FlightReport(run: folder.path("run")) }
    }
  }

  @Test("a rank that cannot keep a recorder does without")
  func nowhere() {
    #expect(FlightRecorder(run: "/proc/nowhere", rank: 0, size: 1, host: "a") == nil)
  }
}
