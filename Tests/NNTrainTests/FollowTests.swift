import Formats
import Foundation
import Testing
import _TestSupport

#if canImport(Glibc)
  import Glibc
#endif

extension FailingEndToEnd {
  /// Records that are learnt from as they arrive.
  @Suite struct FollowTests {
    @Test("files and lines that arrive meanwhile give the same bits on any ranks, cut or whole")
    func arrives() throws {
      try withTemporaryFolder { folder in
        let stream = try Stream(folder)
        for name in stream.files { try stream.put(name, in: "all") }
        try folder.write("", to: "all/END")
        let whole = try stream.finish(
          "whole", stream.train("whole", ranks: nil, from: "folder: all"))
        #expect(whole.summary["records"]?.int == 107 && whole.summary["malformed"]?.int == 3)
        // 107 records are 10 steps of 10 and one of 7, in rounds of 4.
        #expect(whole.epochs.compactMap { $0["step"]?.int } == [4, 8, 11])
        #expect(Set(whole.epochs.compactMap { $0["prequential"]?["objective"]?.double }).count == 3)

        // Files come one by one, on four ranks.
        let slow = try stream.train("slow", ranks: 4, from: "folder: in, quiet_seconds: 0.1")
        for name in stream.files {
          try stream.put(name, in: "in", slowly: true)
          usleep(150_000)
        }
        try folder.write("", to: "in/END")
        #expect(try stream.finish("slow", slow).invariant == whole.invariant)

        // Killed within a round, while it waits for more; gone on with on other ranks.
        let killed = try stream.train("killed", ranks: 2, from: "folder: half, quiet_seconds: 0")
        for name in stream.files.prefix(2) { try stream.put(name, in: "half") }
        try killed.wait("a round") { $0.output.contains("epoch 1") }
        usleep(300_000)
        for rank in killed.ranks { kill(rank, SIGKILL) }
        #expect(try killed.finish().code == 128 + SIGKILL)
        for name in stream.files { try stream.put(name, in: "half") }
        try folder.write("", to: "half/END")
        let resumed = try stream.finish(
          "killed",
          stream.train("killed", ranks: 3, from: "folder: half, quiet_seconds: 0", ["--resume"]))
        #expect(resumed.invariant == whole.invariant)

        // The same lines on a pipe: asked to stop while it waits, beyond the watchdog's patience.
        try #require(mkfifo(folder.path("fifo"), 0o600) == 0)
        let watched = ["--set", "parallel.watchdog=1"]
        let stopped = try stream.train("pipe", ranks: 2, from: "pipe: fifo", watched)
        let cut = stream.lines.count / 2
        let writer = try stream.writer(stopped)
        writer.write(Data((stream.lines[..<cut].joined(separator: "\n") + "\n").utf8))
        try stopped.wait("a round") { $0.output.contains("epoch 1") }
        usleep(1_500_000)
        stopped.send(SIGUSR1)
        let end = try stopped.finish()
        try writer.close()
        #expect(end.code == 75 && end.messages == [], "\(end)")
        let rest = try stream.train("pipe", ranks: 3, from: "pipe: fifo", watched + ["--resume"])
        let second = try stream.writer(rest)
        // The last line lacks its line feed.
        second.write(Data(stream.lines[cut...].joined(separator: "\n").utf8))
        try second.close()
        let piped = try stream.finish("pipe", rest)
        #expect(piped.digest == whole.digest)
        #expect(piped.epochs.map { $0["prequential"] } == whole.epochs.map { $0["prequential"] })
        #expect(piped.summary["prequential"] == whole.summary["prequential"])
        #expect(piped.summary["malformed"]?.int == 3)
      }
    }

    @Test("a run that ends behind the smaller last minibatch goes on there")
    func goesOnBehindTheLast() throws {
      try withTemporaryFolder { folder in
        let stream = try Stream(folder)
        for name in stream.files { try stream.put(name, in: "in") }
        try folder.write("", to: "in/END")
        let follow = "folder: in"
        let first = try stream.finish(
          "run",
          stream.train("run", ranks: nil, from: follow, ["--set", "training.epochs=11 steps"])
        )
        #expect(first.summary["records"]?.int == 107)
        try folder.write(stream.lines[..<13].joined(separator: "\n") + "\n", to: "in/p5.csv")
        let second = try stream.finish(
          "run",
          stream.train(
            "run", ranks: nil, from: follow, ["--resume", "--set", "training.epochs=13 steps"]))
        #expect(second.summary["records"]?.int == 120)
        #expect(second.epochs.compactMap { $0["step"]?.int }.last == 13)
      }
    }

    @Test(
      "what is tested before it is learnt from is what evaluation finds, once nothing is learnt")
    func prequential() throws {
      try withTemporaryFolder { folder in
        let stream = try Stream(folder)
        for name in stream.files { try stream.put(name, in: "all") }
        try folder.write("", to: "all/END")
        let still = ["--set", "optimizer={sgd: {learning_rate: 1.0e-30}}"]
        let run = try stream.finish(
          "still", stream.train("still", ranks: 2, from: "folder: all", still))
        let good = stream.lines.filter { !$0.hasPrefix("bad") }
        let file = try folder.write(good.joined(separator: "\n") + "\n", to: "good.csv")
        let evaluated = try Command(
          ["evaluate", folder.path("still"), "--data", file, "--json"]
        ).run()
        try #require(evaluated.code == 0, "\(evaluated)")
        let found = try #require(run.figure("prequential", "objective"))
        let wanted = try #require(try JSONValue(parsing: evaluated.output)["objective"]?.double)
        #expect(abs(found - wanted) < 1e-7)
      }
    }

    @Test("a line without end is refused in little time")
    func endlessLine() throws {
      try withTemporaryFolder { folder in
        let stream = try Stream(folder)
        try #require(mkfifo(folder.path("fifo"), 0o600) == 0)
        let job = try stream.train("endless", ranks: nil, from: "pipe: fifo")
        let writer = try stream.writer(job)
        _ = fcntl(writer.fileDescriptor, F_SETFL, 0)
        let piece = Data(repeating: UInt8(ascii: "1"), count: 1 << 16)
        signal(SIGPIPE, SIG_IGN)
        for _ in 0..<800 where (try? writer.write(contentsOf: piece)) == nil { break }
        let outcome = try job.finish(timeout: 30)
        #expect(outcome.code == 65 && outcome.messages.count == 1, "\(outcome)")
        #expect(
          outcome.messages.first?.contains("line 1 is longer than 4 MB") == true, "\(outcome)")
      }
    }

    @Test("one message where records can't be learnt from")
    func refuses() throws {
      try withTemporaryFolder { folder in
        let stream = try Stream(folder)
        try folder.write("1,2,a\n1,2,3,a\n", to: "ragged/a.csv")
        try folder.write("1,2,a\nx,2,b\n", to: "text/a.csv")
        try folder.write("", to: "none/END")
        try folder.write("1,2\n", to: "none/notes.txt")
        try folder.write("", to: "lonely/b.csv.part")
        for (follow, ranks, code, words) in [
          ("folder: ragged, quiet_seconds: 0", 3, 65, "ragged/a.csv:2: 4 fields where 3"),
          ("folder: text, quiet_seconds: 0", nil, 65, "text/a.csv:2: column 0 holds \"x\""),
          ("folder: none", nil, 65, "no record has arrived"),
          ("folder: lonely, idle: 0.2", nil, 65, "no record has arrived"),
          ("folder: absent", nil, 66, "absent: is no folder, or has gone"),
          ("pipe: absent", nil, 66, "absent"),
          ("pipe: none", nil, 66, "is a folder, not a pipe"),
          ("idle: 1", nil, 78, "data.stream needs either a folder or a pipe"),
        ] as [(String, Int?, Int32, String)] {
          let outcome = try stream.train(
            "bad", ranks: ranks, from: follow, ["--set", "data.stream.malformed=error"]
          ).finish()
          #expect(outcome.code == code && outcome.messages.count == 1, "\(follow): \(outcome)")
          #expect(outcome.messages.first?.contains(words) == true, "\(outcome)")
          try? FileManager.default.removeItem(atPath: folder.path("bad"))
        }
      }
    }

    @Test("a folder that vanishes, and a file that has changed when a run goes on, are told")
    func vanishes() throws {
      try withTemporaryFolder { folder in
        let stream = try Stream(folder)
        let follow = "folder: in, quiet_seconds: 0"
        let job = try stream.train("run", ranks: 2, from: follow)
        for name in stream.files.prefix(2) { try stream.put(name, in: "in") }
        try job.wait("a round") { $0.output.contains("epoch 1") }
        try FileManager.default.moveItem(atPath: folder.path("in"), toPath: folder.path("away"))
        let gone = try job.finish()
        #expect(gone.code == 66 && gone.messages.count == 1, "\(gone)")
        try FileManager.default.moveItem(atPath: folder.path("away"), toPath: folder.path("in"))
        // The checkpoint stands within the second file.
        try folder.write("1,2,a\n", to: "in/" + stream.files[1])
        let changed = try stream.train("run", ranks: nil, from: follow, ["--resume"]).finish()
        #expect(changed.code == 65 && changed.messages.count == 1, "\(changed)")
        #expect(changed.messages.first?.contains("has changed since") == true, "\(changed)")
      }
    }
  }
}

/// Records that arrive in four files or on a pipe, three of them wrong.
private struct Stream {
  let folder: TemporaryFolder
  /// All records in order.
  let lines: [String]
  let files = ["p1.csv", "p2.csv", "p3.csv", "p4.csv"]

  init(_ folder: TemporaryFolder) throws {
    self.folder = folder
    func record(_ i: Int) -> String {
      let (x, y) = (Double(i * 37 % 101) / 50 - 1, Double(i * 53 % 89) / 44 - 1)
      return "\(x),\(y),\(x + y > 0.2 ? "a" : x > y ? "b" : "c")"
    }
    var lines = (100..<207).map(record)
    lines.insert("bad,1,a", at: 20)
    lines.insert("bad\"", at: 41)
    lines.insert("bad,\"open,1,b", at: 80)
    self.lines = lines
    try folder.write((0..<30).map(record).joined(separator: "\n"), to: "sample.csv")
    try FileManager.default.createDirectory(
      atPath: folder.path("in"), withIntermediateDirectories: true)
    try FileManager.default.createDirectory(
      atPath: folder.path("half"), withIntermediateDirectories: true)
  }

  /// Puts a file into `place`; slowly: a name of a file that is being written first.
  func put(_ name: String, in place: String, slowly: Bool = false) throws {
    let index = (files.firstIndex(of: name) ?? 0) * 30
    let text = lines[index..<min(index + 30, lines.count)].joined(separator: "\n") + "\n"
    guard slowly else {
      // As a whole at once, and as it was where it is there already.
      let file = try folder.write(text, to: place + "/.new")
      guard rename(file, folder.path(place + "/" + name)) == 0 else { throw Failed() }
      return
    }
    try folder.write(String(text.prefix(100)), to: place + "/" + name + ".tmp")
    try folder.write(text, to: place + "/" + name + ".tmp")
    guard
      rename(folder.path(place + "/" + name + ".tmp"), folder.path(place + "/" + name)) == 0
    else { throw Failed() }
  }

  private struct Failed: Error {}

  /// Starts a training.
  func train(
    _ run: String, ranks: Int?, from follow: String, _ words: [String] = []
  ) throws -> RunningCommand {
    let configuration = try folder.write(
      """
      seed: 5
      data:
        train: {path: sample.csv}
        split: {validation: 0.2}
        preprocess: [standardize]
        stream: {\(follow), log_every: 4, buffer: 13, malformed: skip}
      model:
        - dense: {units: 8, activation: tanh}
        - dropout: 0.2
        - dense: {name: output, units: 3, activation: softmax}
      objective: categorical_crossentropy
      metrics: [accuracy]
      optimizer: {nesterov: {learning_rate: 0.1}}
      average: {ema: 0.9}
      training: {batch: 10, shards: 4, micro_batch: 2}
      checkpoints: {every: 3 steps}
      """, to: "stream.yaml")
    return try Command(
      [configuration, "--run", folder.path(run)] + words, ranks: ranks, in: folder.path
    ).start()
  }

  /// The writing end of the pipe, once `job` reads there.
  func writer(_ job: RunningCommand) throws -> FileHandle {
    var descriptor: Int32 = -1
    try job.wait("reading the pipe") { _ in
      descriptor = open(folder.path("fifo"), O_WRONLY | O_NONBLOCK)
      return descriptor >= 0
    }
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  /// Waits for the end of a training that succeeds.
  func finish(_ run: String, _ job: RunningCommand) throws -> RunResult {
    let outcome = try job.finish(timeout: 60)
    try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
    return try RunResult(folder.path(run))
  }
}
