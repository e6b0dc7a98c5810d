import Testing
import _TestSupport

extension FailingEndToEnd {
  /// One changed bit on one rank ends the run with the ranks, the step and the parameter.
  @Suite struct LockstepTests {
    @Test(
      "a flipped bit is found where ranks compare",
      arguments: [
        // Found after every 7th step; at the end of the epoch of 34 steps; flipped before the first
        // step, but after the comparison there.
        (3, "flip:1:10", 7, "step 14", "rank 1 ("), (3, "flip:2:10", 0, "step 34", "rank 2 ("),
        (2, "flip:0:0", 7, "step 7", "ranks 0 ("),
      ])
    func flippedBit(ranks: Int, fault: String, every: Int, step: String, who: String) throws {
      try withTemporaryFolder { folder in
        let outcome = try run(folder, ranks: ranks, every: every, fault: fault)
        #expect(outcome.code == 76, "\(outcome)")
        try #require(outcome.messages.count == 1, "\(outcome)")
        for word in ["out of lockstep", "after \(step):", who, "dense_1.weight"] {
          #expect(outcome.messages[0].contains(word), "\(outcome.messages)")
        }
      }
    }

    @Test(
      "a flipped bit is found before an update that is divided hands it on",
      arguments: [
        (2, "flip:1:13", "rank"), (3, "flip:0:13", "rank 0 ("), (3, "flip:2:13", "rank 2 ("),
      ])
    func divided(ranks: Int, fault: String, who: String) throws {
      try withTemporaryFolder { folder in
        let outcome = try run(folder, ranks: ranks, every: 7, fault: fault, units: 600)
        #expect(outcome.code == 76, "\(outcome)")
        try #require(outcome.messages.count == 1, "\(outcome)")
        for word in ["out of lockstep", "after step 13:", who, "dense_1.weight"] {
          #expect(outcome.messages[0].contains(word), "\(outcome.messages)")
        }
      }
    }

    @Test("ranks that agree go on", arguments: [20, 600])
    func agreement(units: Int) throws {
      try withTemporaryFolder { folder in
        let outcome = try run(folder, ranks: 3, every: 1, fault: nil, units: units)
        #expect(outcome.code == 0 && outcome.messages == [], "\(outcome)")
      }
    }

    @Test("a fault that nobody knows is refused")
    func unknownFault() throws {
      try withTemporaryFolder { folder in
        let outcome = try run(folder, ranks: nil, every: 0, fault: "melt:1:2")
        #expect(outcome.code == 64, "\(outcome)")
        #expect(outcome.messages.first?.contains("NNTRAIN_FAULT is \"melt:1:2\"") == true)
      }
    }

    private func run(
      _ folder: TemporaryFolder, ranks: Int?, every: Int, fault: String?, units: Int = 20
    ) throws -> CommandOutcome {
      let configuration = try folder.write(
        """
        data: {source: digits, take: 1088}
        model: [flatten, {dense: {units: \(units)}}, {dense: {units: 10, activation: softmax}}]
        objective: categorical_crossentropy
        optimizer: sgd
        training: {epochs: 2, batch: 32}
        parallel: {lockstep: {every: \(every)}}
        """, to: "a.yaml")
      return try Command(
        [configuration, "--run", folder.path("run"), "--quiet"], ranks: ranks,
        environment: fault.map { ["NNTRAIN_FAULT": $0] } ?? [:]
      ).run()
    }
  }
}
