import Formats
import Tensors
import Testing
import _TestSupport

#if canImport(Glibc)
  import Glibc
#endif

extension EndToEnd {
  /// Runs with stages before them.
  @Suite struct PretrainingRunTests {
    /// Uneven shards and a ragged last batch; a main run that moves nothing, so that its model shows
    /// what it began with.
    static func digits(_ pretraining: String, preprocess: String = "[{divide: 16}]")
      -> String
    {
      """
      data: {source: digits, take: 130, split: {validation: 0.2}, preprocess: \(preprocess)}
      model:
        - flatten
        - dense: {units: 12, activation: sigmoid}
        - dense: {name: middle, units: 9, activation: sigmoid}
        - dense: {name: output, units: 10, activation: softmax}
      objective: categorical_crossentropy
      optimizer: {sgd: {learning_rate: 1.0e-30}}
      training: {epochs: 1, batch: 30, shards: 8}
      pretraining: \(pretraining)
      """
    }

    private static let persistent =
      "{dbn: {epochs: 2, batch: 30, persistent: true, steps: 2, sparsity: 0.1,"
      + " log_partition: {chains: 45, temperatures: 20}}}"

    /// The machines, and then all of them together.
    private static let whole =
      "{dbn: {epochs: 2, batch: 30, up_down: {epochs: 2, batch: 30, steps: 2,"
      + " optimizer: {sgd: {learning_rate: 0.05}}}}}"

    private static let cases = [
      (persistent, ["1-rbm", "2-rbm"]),
      (whole, ["1-rbm", "2-rbm", "3-up-down"]),
      ("{rbm: {epochs: 2, batch: 30, visible: gaussian}}", ["1-rbm"]),
      (
        "{denoising_autoencoders: {epochs: 2, batch: 30}}", ["1-autoencoder", "2-autoencoder"]
      ),
      ("{greedy_supervised: {epochs: 2, optimizer: adam}}", ["1-layer", "2-layer"]),
    ]

    @Test("stages are the same on every number of ranks, and hand on what they have learnt")
    func ranks() throws {
      for (pretraining, stages) in PretrainingRunTests.cases {
        try withTemporaryFolder { folder in
          let configuration = try folder.write(
            PretrainingRunTests.digits(pretraining), to: "a.yaml")
          func train(_ ranks: Int?) throws -> String {
            let run = folder.path("ranks-\(ranks ?? 1)")
            let outcome = try Command([configuration, "--run", run, "--quiet"], ranks: ranks).run()
            try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
            return run
          }
          // Eight ranks hold a shard each; one of these has no sample of the last batch.
          let counts = pretraining == PretrainingRunTests.persistent ? [2, 3, 4, 8] : [3]
          let alone = try train(nil)
          for ranks in counts {
            let several = try train(ranks)
            for part in stages.map({ "/stages/" + $0 }) + [""] {
              #expect(
                try RunResult(alone + part).invariant == RunResult(several + part).invariant,
                "\(part) on \(ranks) ranks")
              #expect(
                try Files.bytes(alone + part + "/model.safetensors")
                  == Files.bytes(several + part + "/model.safetensors"),
                "\(part) on \(ranks) ranks")
            }
          }
          if pretraining == PretrainingRunTests.whole {
            try expectHandedOnAsAWhole(folder, alone)
          } else {
            try expectHandedOn(alone, stages)
          }
          guard pretraining == PretrainingRunTests.persistent else { return }
          try expectFigures(RunResult(alone + "/stages/1-rbm"))
          try expectSamples(folder, alone)
        }
      }
    }

    @Test("machines that leave zeros out are the same on every number of ranks")
    func sparse() throws {
      try withTemporaryFolder { folder in
        // Bars of four out of 80 units, and their number modulo 3.
        var rows = ""
        for row in 0..<130 {
          let bar = row * 7 % 20
          for i in 0..<80 { rows += i / 4 == bar ? "1," : "0," }
          rows += "c\(bar % 3)\n"
        }
        _ = try folder.write(rows, to: "bars.csv")
        let configuration = try folder.write(
          """
          data: {train: {format: csv, path: bars.csv, header: false, target: -1}}
          pretraining:
            rbm: {epochs: 12, batch: 26, sample_visible: true, optimizer: {sgd: {learning_rate: 0.5}}}
          model:
            - dense: {units: 70, activation: sigmoid}
            - dense: {name: output, units: 3, activation: softmax}
          objective: categorical_crossentropy
          optimizer: sgd
          training: {epochs: 1, batch: 26, shards: 4}
          """, to: "a.yaml")
        func train(_ ranks: Int?) throws -> String {
          let run = folder.path("ranks-\(ranks ?? 1)")
          let outcome = try Command(
            ["pretrain", configuration, "--run", run, "--quiet"], ranks: ranks
          ).run()
          try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
          return run + "/stages/1-rbm"
        }
        let (alone, three) = (try train(nil), try train(3))
        #expect(
          try Files.bytes(alone + "/model.safetensors") == Files.bytes(three + "/model.safetensors")
        )
        // It has learnt that nearly all units are off: from then on what is drawn is sparse too.
        let missed = try #require(RunResult(alone).figure("train", "objective"))
        #expect(missed < 0.06, "\(missed)")
      }
    }

    /// The network begins with the stages' parameters.
    private func expectHandedOn(_ run: String, _ stages: [String]) throws {
      let model = try SafetensorsReader(path: run + "/model.safetensors")
      let isWhole = stages[0].hasSuffix("layer")
      for (stage, layer) in zip(stages, ["dense_1", "middle"]) {
        let file = try SafetensorsReader(path: "\(run)/stages/\(stage)/model.safetensors")
        let own =
          isWhole ? layer : stage.hasSuffix("rbm") ? "rbm" : "encoder"
        for role in ["weight", "bias"] {
          #expect(
            try PretrainingRunTests.values(model, "\(layer).\(role)")
              == PretrainingRunTests.values(file, "\(own).\(role)"),
            "\(stage) \(role)")
        }
        // Layer by layer, what is below stays as it is; the last output layer is the network's.
        if isWhole {
          #expect(
            try PretrainingRunTests.values(model, "dense_1.weight")
              == PretrainingRunTests.values(file, "dense_1.weight"))
        }
        if isWhole, stage == stages.last {
          #expect(
            try PretrainingRunTests.values(model, "output.weight")
              == PretrainingRunTests.values(file, "output.weight"))
        }
      }
    }

    /// The network begins with the way up; samples come by the way down.
    private func expectHandedOnAsAWhole(_ folder: TemporaryFolder, _ run: String) throws {
      func file(_ stage: String) throws -> SafetensorsReader {
        try SafetensorsReader(path: run + stage + "/model.safetensors")
      }
      let (model, whole) = (try file(""), try file("/stages/3-up-down"))
      let machines = [try file("/stages/1-rbm"), try file("/stages/2-rbm")]
      for role in ["weight", "bias"] {
        let below = try PretrainingRunTests.values(whole, "up_down.recognition_\(role)_1")
        #expect(try PretrainingRunTests.values(model, "dense_1.\(role)") == below)
        #expect(try PretrainingRunTests.values(machines[0], "rbm.\(role)") != below)
        let top = try PretrainingRunTests.values(whole, "up_down.\(role)")
        #expect(try PretrainingRunTests.values(model, "middle.\(role)") == top)
        #expect(try PretrainingRunTests.values(machines[1], "rbm.\(role)") != top)
      }
      #expect(
        try PretrainingRunTests.values(whole, "up_down.generative_weight_1")
          != PretrainingRunTests.values(whole, "up_down.recognition_weight_1"))
      for source in [run, run + "/stages/3-up-down", run + "/stages/3-up-down/model.safetensors"] {
        let outcome = try Command(
          ["sample", source, "--steps", "3", "--count", "20", "--from", "data"]
            + ["--out", folder.path("whole.png")]
        ).run()
        #expect(outcome.code == 0 && outcome.messages == [], "\(outcome)")
      }
      let chains = try Command(
        ["sample", run, "--from", "chains", "--out", folder.path("chains.png")]
      ).run()
      #expect(chains.code == 65 && chains.messages.count == 1, "\(chains)")
      #expect(
        chains.messages.first?.contains("2-rbm/model.safetensors: has no persistent chains") == true
      )
    }

    /// The values of a tensor.
    static func values(_ reader: SafetensorsReader, _ name: String) throws -> [Float] {
      let storage = FloatStorage(count: try reader.tensor(name).shape.count)
      var span = storage.mutableSpan
      try reader.read(name, into: &span)
      return storage.array
    }

    private func expectFigures(_ result: RunResult) throws {
      let partition = try #require(result.summary["log_partition"])
      let (value, upper) = (partition["value"]?.double, partition["upper"]?.double)
      #expect(try #require(value) < #require(upper))
      let energy = try #require(result.figure("train", "free_energy"))
      let likelihood = try #require(result.summary["log_likelihood"]?["train"]?.double)
      #expect(abs(likelihood + energy + (value ?? 0)) < 1e-9)
      let gap = try #require(result.figure("validation", "free_energy")) - energy
      #expect(abs(try #require(result.summary["free_energy_gap"]?.double) - gap) < 1e-9)
    }

    private func expectSamples(_ folder: TemporaryFolder, _ run: String) throws {
      for words in [["--from", "chains"], ["--from", "data"], ["--seed", "2"]] {
        let outcome = try Command(
          ["sample", run, "--steps", "5", "--count", "23", "--out", folder.path("s.png")] + words
        ).run()
        try #require(outcome.code == 0, "\(outcome)")
        #expect(outcome.output.contains("the first 12 filters"))
      }
      // Ten images of 8 × 8 across, a line between them and around them.
      let samples = try PNGReader(Files.bytes(folder.path("s.png")))
      #expect(samples.width == 91 && samples.height == 28)
      let filters = try PNGReader(Files.bytes(folder.path("s-filters.png")))
      #expect(filters.width == 91 && filters.height == 19)
      let numbers = try Command(
        ["sample", run, "--steps", "1", "--count", "3", "--out", folder.path("s.npy")]
      ).run()
      #expect(numbers.code == 0, "\(numbers)")
      #expect(try Files.bytes(folder.path("s.npy")).count == 128 + 3 * 64 * 4)
    }

    @Test(
      "killed in any stage and resumed on another number of ranks, a run ends with the same bits")
    func kills() throws {
      try withTemporaryFolder { folder in
        let configuration = try folder.write(
          PretrainingRunTests.digits(
            PretrainingRunTests.persistent.replacing(
              "{dbn: {epochs: 2", with: "{dbn: {up_down: {epochs: 300}, epochs: 300"))
            + "\ncheckpoints: {every: 7 steps}\n", to: "a.yaml")
        func command(_ run: String, _ ranks: Int?, _ verb: [String] = []) -> Command {
          Command(verb + [configuration, "--run", folder.path(run), "--resume"], ranks: ranks)
        }
        let whole = try command("whole", 2, ["pretrain"]).run(timeout: 60)
        try #require(whole.code == 0 && whole.messages == [], "\(whole)")
        #expect(whole.output.contains("the stages are finished"))
        #expect(!Files.entries(folder.path("whole")).contains("summary.json"))
        let rest = try command("whole", nil).run()
        #expect(rest.code == 0 && !rest.output.contains("stage 1"), "\(rest)")
        for (stage, ranks) in [("1-rbm", 3), ("2-rbm", 2), ("3-up-down", 3)] {
          let job = try command("cut", ranks).start()
          let checkpoints = folder.path("cut/stages/\(stage)/checkpoints")
          for _ in 0..<4000 where Files.entries(checkpoints).count < 3 && job.isRunning {
            usleep(5_000)
          }
          let victims = job.ranks
          try #require(!victims.isEmpty && job.isRunning, "\(stage) was too fast")
          for victim in victims { kill(victim, SIGKILL) }
          #expect(try job.finish().code == 128 + SIGKILL)
          for _ in 0..<400 where !job.ranks.isEmpty { usleep(10_000) }
          #expect(!Files.entries(folder.path("cut/stages/\(stage)")).contains("summary.json"))
        }
        let end = try command("cut", nil).run(timeout: 60)
        try #require(end.code == 0, "\(end)")
        #expect(!end.output.contains("stage 1") && end.output.contains("goes on after step"))
        for part in ["/stages/1-rbm", "/stages/2-rbm", "/stages/3-up-down", ""] {
          let (cut, whole) = (folder.path("cut") + part, folder.path("whole") + part)
          #expect(try RunResult(cut).invariant == RunResult(whole).invariant, "\(part)")
          #expect(
            try Files.bytes(cut + "/model.safetensors") == Files.bytes(whole + "/model.safetensors")
          )
        }
      }
    }

    @Test("pretrain wants stages, and sample wants machines")
    func nothingThere() throws {
      try withTemporaryFolder { folder in
        let plain = PretrainingRunTests.digits("").replacing("pretraining: ", with: "")
        let configuration = try folder.write(plain, to: "a.yaml")
        let stages = try Command(
          ["pretrain", configuration, "--run", folder.path("run")]
        ).run()
        #expect(stages.code == 78 && stages.messages.count == 1, "\(stages)")
        #expect(stages.messages.first?.contains("has no stages") == true)
        let trained = try Command([configuration, "--run", folder.path("run"), "--quiet"]).run()
        #expect(trained.code == 0)
        let sample = try Command(
          ["sample", folder.path("run"), "--out", folder.path("a.png")]
        ).run()
        #expect(sample.code == 65 && sample.messages.count == 1, "\(sample)")
        #expect(sample.messages.first?.contains("holds no Boltzmann machine") == true)
        #expect(try folder.entries().contains("a.png") == false)
      }
    }
  }
}
