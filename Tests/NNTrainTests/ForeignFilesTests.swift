import Formats
import Foundation
import Testing
import _TestSupport

#if canImport(Glibc)
  import Glibc
#endif

extension FailingEndToEnd {
  /// Pipes and links where files are meant, and files of a run that somebody else has changed.
  @Suite struct ForeignFilesTests {
    private func expect(
      _ outcome: CommandOutcome, _ code: Int32, _ words: String..., comment: String = ""
    ) {
      #expect(outcome.code == code && outcome.messages.count == 1, "\(comment) \(outcome)")
      for word in words {
        #expect(outcome.messages.first?.contains(word) == true, "\(comment) \(outcome.messages)")
      }
    }

    @Test("a pipe as data, first values, model, checkpoint, log or lock ends at once")
    func pipes() throws {
      try withTemporaryFolder { folder in
        let pipe = folder.path("fifo.npy")
        try #require(mkfifo(pipe, 0o600) == 0)
        let lab = try Laboratory(folder, epochs: 2)
        let data = try folder.write(
          """
          data: {train: {format: npy, inputs: fifo.npy, targets: fifo.npy}}
          model: [flatten, {dense: {units: 10, activation: softmax}}]
          objective: categorical_crossentropy
          optimizer: sgd
          """, to: "pipe.yaml")
        let run = ["--run", folder.path("a")]
        expect(try Command([data] + run, ranks: 2).run(timeout: 20), 66, "fifo.npy is a pipe")
        expect(
          try Command([lab.configuration, "--set", "initialize_from=\(pipe)"] + run).run(
            timeout: 20),
          66, "fifo.npy: is a pipe")
        for words in [["evaluate", pipe], ["predict", pipe, "--input", pipe]] {
          expect(try Command(words).run(timeout: 20), 66, "a pipe", comment: "\(words)")
        }
        _ = try lab.train("b", ranks: nil)
        let model = folder.path("b/model.safetensors")
        expect(
          try Command(["predict", model, "--input", pipe]).run(timeout: 20), 66,
          "fifo.npy is a pipe")
        // In a run directory: what would be written, or read, is a pipe.
        for (name, code) in [("log.txt", Int32(73)), ("config.yaml", 73)] {
          unlink(folder.path("b/\(name)"))
          try #require(mkfifo(folder.path("b/\(name)"), 0o600) == 0)
          expect(
            try Command([lab.configuration, "--resume", "--run", folder.path("b"), "--epochs", "3"])
              .run(timeout: 20), code, name, "pipe", comment: name)
          unlink(folder.path("b/\(name)"))
        }
      }
    }

    @Test(
      "a link in a run directory is not written through",
      arguments: ["run.lock", "log.txt", "config.yaml", "model.safetensors", "metrics.jsonl"])
    func links(name: String) throws {
      try withTemporaryFolder { folder in
        let lab = try Laboratory(folder, epochs: 2)
        let precious = try folder.write("precious", to: "precious")
        _ = try lab.train("a", ranks: nil)
        unlink(folder.path("a/\(name)"))
        try #require(symlink(precious, folder.path("a/\(name)")) == 0)
        let outcome = try Command(
          [lab.configuration, "--resume", "--run", folder.path("a"), "--epochs", "3"]
        ).run(timeout: 30)
        expect(outcome, 73, name, "symbolic link")
        #expect(try Files.text(precious) == "precious")
      }
    }

    @Test("a name that leads out of the folder of runs", arguments: ["../x", "..", "a/b", "a\\nb"])
    func names(name: String) throws {
      try withTemporaryFolder { folder in
        let lab = try Laboratory(folder, epochs: 2)
        let outcome = try Command(
          [lab.configuration, "--set", "name=\"\(name)\""], in: folder.path
        ).run()
        expect(outcome, 78, "name")
        #expect(!Files.exist(folder.path("runs")))
      }
    }

    @Test(
      "a history that was removed, cut or edited is written again",
      arguments: ["removed", "cut", "edited", "appended", "garbled"])
    func history(kind: String) throws {
      try withTemporaryFolder { folder in
        let lab = try Laboratory(folder, epochs: 4)
        let whole = try lab.train("whole", ranks: nil)
        let first = try Command(
          [lab.configuration, "--run", folder.path("a"), "--epochs", "3"]
        ).run()
        try #require(first.code == 0, "\(first)")
        let path = folder.path("a/metrics.jsonl")
        let text = try Files.text(path)
        var lines = text.split(separator: "\n").map(String.init)
        switch kind {
        case "cut": lines.remove(at: 1)
        case "edited":
          lines[1] = lines[1].replacing("\"objective\":", with: "\"objective\":9, \"x\":")
        case "appended": lines.append("{\"epoch\": 1, \"train\": {\"objective\": -1e300}}")
        case "garbled": lines[0] = "{"
        default: break
        }
        if kind == "removed" {
          unlink(path)
        } else {
          try folder.write(lines.joined(separator: "\n") + "\n", to: "a/metrics.jsonl")
        }
        let rest = try Command([lab.configuration, "--run", folder.path("a"), "--resume"]).run()
        #expect(rest.code == 0 && rest.messages == [], "\(rest)")
        #expect(rest.output.contains("metrics.jsonl was removed or changed"), "\(rest)")
        #expect(try Files.text(path).hasPrefix(text))
        #expect(try RunResult(folder.path("a")).invariant == whole.invariant)
      }
    }

    @Test("what a kill at the very end leaves goes when the run is resumed")
    func leftAtTheEnd() throws {
      try withTemporaryFolder { folder in
        let lab = try Laboratory(folder, epochs: 2)
        _ = try lab.train("a", ranks: nil)
        let files = Files.entries(folder.path("a"))
        // A process number that no process has.
        let owner = RunOwner(host: RunOwner(environment: [:]).host, process: 1 << 30)
        try folder.write(
          "{\"host\": \"\(owner.host)\", \"process\": \(owner.process)}", to: "a/run.lock")
        try folder.write("half", to: "a/.nntrain-1a.part")
        try folder.write("half", to: "a/checkpoints/.nntrain-1a.part")
        let again = try Command([lab.configuration, "--run", folder.path("a"), "--resume"]).run()
        #expect(again.code == 0 && again.output.contains("is finished"), "\(again)")
        #expect(Files.entries(folder.path("a")) == files)
        #expect(!Files.entries(folder.path("a/checkpoints")).contains { $0.hasPrefix(".") })
      }
    }

    @Test("a snapshot that was lost, damaged or replaced is made again")
    func snapshots() throws {
      try withTemporaryFolder { folder in
        let path = try folder.write(
          Experiments.digits(
            "{momentum: {learning_rate: 0.1}}", training: "epochs: 6, batch: 30, shards: 6")
            + "\nensemble: {snapshots: {cycles: 3}}\ncheckpoints: {every: 3 steps, keep: 5}",
          to: "a.yaml")
        func train(_ name: String, _ words: String...) throws -> CommandOutcome {
          try Command([path, "--run", folder.path(name)] + words).run()
        }
        let whole = try train("whole")
        try #require(whole.code == 0, "\(whole)")
        for (name, cycle) in [("lost", 3), ("damaged", 2), ("replaced", 2)] {
          try #require(try train(name).code == 0)
          let file = "\(name)/snapshots/cycle-\(cycle).safetensors"
          unlink(folder.path("\(name)/summary.json"))
          switch name {
          case "lost": unlink(folder.path(file))
          case "damaged": try folder.write("damaged", to: file)
          default:
            try folder.write(
              try Files.bytes(folder.path("\(name)/snapshots/cycle-1.safetensors")), to: file)
          }
          let again = try train(name, "--resume")
          #expect(again.code == 0 && again.messages == [], "\(again)")
          for cycle in 1...3 {
            let snapshot = "snapshots/cycle-\(cycle).safetensors"
            #expect(
              try Files.bytes(folder.path("\(name)/\(snapshot)"))
                == Files.bytes(folder.path("whole/\(snapshot)")), "\(name) \(cycle)")
          }
          #expect(
            try RunResult(folder.path(name)).invariant
              == RunResult(folder.path("whole")).invariant)
        }
      }
    }
  }
}
