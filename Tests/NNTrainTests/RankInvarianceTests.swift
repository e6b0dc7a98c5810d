import Testing
import _TestSupport

extension EndToEnd {
  /// A run is the same, bit by bit, on every number of ranks up to its shards.
  @Suite struct RankInvarianceTests {
    @Test(
      "digits with dropout, ragged and uneven, by every optimizer",
      arguments: [
        ("adam", [2, 3, 4, 5, 6, 7, 8]), ("{momentum: {learning_rate: 0.05}}", [3, 5, 8]),
        ("{nesterov: {learning_rate: 0.05}}", [2, 6, 7]), ("{sgd: {learning_rate: 0.1}}", [4, 7]),
        ("{lamb: {learning_rate: 0.01, weight_decay: 0.1}}", [3, 8]),
        ("{rmsprop: {momentum: 0.9, nesterov: true}}", [5]),
      ])
    func digits(optimizer: String, ranks: [Int]) throws {
      try expectSame(Experiments.digits(optimizer), ranks: ranks)
    }

    @Test("convolution, pooling and a projected shortcut, in pieces of shards")
    func convolutional() throws {
      try expectSame(Experiments.convolutional, ranks: [2, 3, 4, 5, 6, 7, 8])
    }

    @Test("schedule, warm-up, clipping, accumulation and rates by layer")
    func scheduled() throws {
      let more = """

        schedule: {warmup: 1, cosine: {end: 0.001}, scale: sqrt, reference_batch: 16}
        """
      for (clip, plateau) in [
        ("global_norm: 0.5", false), ("norm: 0.2", true), ("value: 0.01", false),
      ] {
        let experiment = Experiments.digits(
          "{momentum: {learning_rate: 0.05, layer_multipliers: {input: 1, output: 0.3}}}",
          training: "epochs: 3, batch: 15, shards: 3, accumulate: 2")
        let rate =
          plateau
          ? "\nschedule: {warmup: 1, reduce_on_plateau: {patience: 0, threshold: 0.5}}" : more
        try expectSame(experiment + rate + "\nclip: {\(clip)}", ranks: [2, 3])
      }
    }

    @Test("accumulated batches are one batch in as many times the shards")
    func accumulated() throws {
      try withTemporaryFolder { folder in
        func digest(_ training: String, ranks: Int?) throws -> String {
          let configuration = try folder.write(
            Experiments.digits("adam", training: "epochs: 2, " + training), to: "a.yaml")
          let run = folder.path("run-\(training.count)-\(ranks ?? 1)")
          let outcome = try Command([configuration, "--run", run], ranks: ranks).run()
          try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
          let isTold = outcome.output.contains("an update takes 2 × 32 = 64 samples")
          #expect(isTold == training.contains("accumulate"))
          return try RunResult(run).digest
        }
        let whole = try digest("batch: 64, shards: 8", ranks: nil)
        let parts = "accumulate: 2, batch: 32, shards: 4"
        #expect(try digest(parts, ranks: nil) == whole)
        #expect(try digest(parts, ranks: 3) == whole)
      }
    }

    @Test("noise, penalties on activities, constraints and the average of the weights")
    func regularized() throws {
      try expectSame(Experiments.regularized, ranks: [2, 3, 8])
    }

    @Test("normalization by shards, blocks and branches")
    func normalized() throws {
      try expectSame(Experiments.normalized, ranks: [2, 3, 4, 6])
    }

    @Test("normalization by minibatches")
    func synchronized() throws {
      try expectSame(Experiments.synchronized, ranks: [2, 3, 6])
    }

    @Test("every augmentation, read ahead in pieces of shards")
    func augmented() throws {
      try expectSame(Experiments.augmented, ranks: [2, 3, 4, 6])
    }

    @Test("recurrent layers, one and both ways, in pieces of shards")
    func recurrent() throws {
      try expectSame(Experiments.recurrent, ranks: [2, 3, 4, 6])
      try expectSame(Experiments.embedded, ranks: [2, 3, 8])
    }

    @Test("what the microscope shows, also of padded layouts, empty shards and pieces")
    func gradientFlow() throws {
      for (experiment, interval) in [
        (Experiments.digits("nesterov"), "2 steps"), (Experiments.convolutional, "1"),
        (Experiments.digits("adam", training: "epochs: 1, batch: 5, shards: 8"), "30 steps"),
      ] {
        try expectSame(
          experiment + "\ndiagnostics: {gradient_flow: \(interval)}", ranks: [2, 3])
      }
    }

    @Test("six shards on up to six ranks")
    func sixShards() throws {
      try expectSame(
        Experiments.digits("adam", training: "epochs: 2, batch: 32, shards: 6, drop_last: true"),
        ranks: [2, 3, 4, 5, 6])
    }

    @Test("a batch smaller than the shards leaves shards and ranks without samples")
    func emptyShards() throws {
      try expectSame(
        Experiments.digits("nesterov", training: "epochs: 1, batch: 5, shards: 8"), ranks: [3, 8])
    }

    @Test("gradients in several buckets, compared after every step")
    func buckets() throws {
      let wide = """
        data: {source: digits, split: {validation: 0.2}}
        model:
          - flatten
          - dense: {units: 256, activation: relu}
          - dense: {units: 200, activation: relu}
          - dense: {units: 10, activation: softmax}
        objective: categorical_crossentropy
        optimizer: adam
        training: {epochs: 1, batch: 64}
        parallel: {bucket: 0.0625, lockstep: {every: 1}}
        """
      try expectSame(wide, ranks: [2, 3, 5, 7, 8])
    }

    @Test(
      "the optimizer's work and memory divided among the ranks, and resumed by others",
      arguments: [
        "{adam: {amsgrad: true, layer_multipliers: {input: 0.5, output: 2}}}",
        "{rmsprop: {momentum: 0.9, centered: true, weight_decay: 0.01}}",
        "{sgd: {weight_decay: 0.1}}",
      ])
    func divided(optimizer: String) throws {
      let wide = """
        data: {source: digits, take: 400, split: {validation: 0.2}}
        model:
          - flatten
          - dense: {units: 256, activation: relu, l2: 0.001}
          - batch_normalization
          - dense: {units: 131, activation: relu}
          - dense: {units: 10, activation: softmax}
        objective: categorical_crossentropy
        optimizer: \(optimizer)
        training: {batch: 64}
        parallel: {lockstep: {every: 1}}
        """
      try withTemporaryFolder { folder in
        let configuration = try folder.write(wide, to: "experiment.yaml")
        func train(_ run: String, epochs: Int, ranks: Int?, resumes: Bool = false) throws
          -> RunResult
        {
          let outcome = try Command(
            [configuration, "--run", folder.path(run), "--quiet", "--epochs", "\(epochs)"]
              + (resumes ? ["--resume"] : []), ranks: ranks
          ).run()
          try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
          return try RunResult(folder.path(run))
        }
        let alone = try train("alone", epochs: 3, ranks: nil)
        #expect(try train("three", epochs: 3, ranks: 3).digest == alone.digest)
        for (epoch, ranks) in [(1, 3), (2, 2), (3, nil)] {
          let part = try train("parts", epochs: epoch, ranks: ranks, resumes: epoch > 1)
          if epoch == 3 { #expect(part.digest == alone.digest) }
        }
      }
    }

    @Test("full batch, and one sample at a time")
    func extremeBatches() throws {
      try expectSame(
        Experiments.digits("adam", training: "epochs: 3, batch: full, micro_batch: 7"),
        ranks: [3, 5])
      try expectSame(
        Experiments.digits("sgd", training: "epochs: 1, batch: 1, shards: 3"), ranks: [3])
    }

    /// Trains `experiment` alone and on each of `ranks`, and compares everything but speeds.
    private func expectSame(_ experiment: String, ranks: [Int]) throws {
      try withTemporaryFolder { folder in
        let configuration = try folder.write(experiment, to: "experiment.yaml")
        func train(_ ranks: [Int?]) throws {
          let outcomes = try Command.together(
            ranks.map {
              Command(
                [configuration, "--run", folder.path("ranks-\($0 ?? 1)"), "--quiet"], ranks: $0)
            })
          for outcome in outcomes {
            try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
          }
        }
        // Some at once, and never more than about ten ranks: starting them is mostly waiting.
        try train(
          [nil, 2].filter { $0.map(ranks.contains) ?? true } + ranks.filter { 3...4 ~= $0 })
        for few in [ranks.filter { 5...6 ~= $0 }, ranks.filter { $0 > 6 }] { try train(few) }
        let alone = try RunResult(folder.path("ranks-1"))
        for ranks in ranks {
          let other = try RunResult(folder.path("ranks-\(ranks)"))
          #expect(other.summary["ranks"]?.int == ranks)
          #expect(other.invariant == alone.invariant, "\(ranks) ranks")
          #expect(
            try Files.bytes(other.path + "/model.safetensors")
              == Files.bytes(alone.path + "/model.safetensors"), "\(ranks) ranks")
        }
      }
    }
  }
}
