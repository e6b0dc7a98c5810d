import Formats
import Testing
import _TestSupport

extension FailingEndToEnd {
  /// Where the time goes, in files and for people.
  @Suite struct TimeTests {
    private static let experiment = """
      data: {source: digits, split: {validation: 0.2}}
      model: [flatten, {dense: {units: 20}}, {dense: {units: 10, activation: softmax}}]
      objective: categorical_crossentropy
      optimizer: adam
      training: {epochs: 3, batch: 32}
      """
    private static let phases = [
      "compute", "wait", "communication", "data", "evaluation", "checkpoint",
    ]

    @Test("every epoch and the summary say what share each phase took", arguments: [nil, 3])
    func shares(ranks: Int?) throws {
      try withTemporaryFolder { folder in
        let outcome = try run(folder, ranks: ranks, ["--verbose"])
        let run = try RunResult(folder.path("run"))
        #expect(run.epochs.count == 3)
        var covered = 0.0
        for line in run.epochs + [run.summary] {
          let shares = Self.phases.compactMap { line["time"]?[$0]?.double }
          try #require(shares.count == Self.phases.count, "\(line)")
          #expect(shares.allSatisfy { $0 >= 0 })
          #expect(shares[0] > 0.01 && shares[4] > 0)
          let total = shares.reduce(0, +)
          #expect(total < 1.0001, "\(shares)")
          covered = max(covered, total)
          #expect(ranks != nil || shares[1] + shares[2] < 0.02)
        }
        // Epochs last some milliseconds: on a busy machine one may pass mostly in none of the phases.
        #expect(covered > 0.4, "\(run.epochs)")
        let log = try folder.text(of: "run/log.txt").split(separator: "\n")
        #expect(log.filter { $0.hasPrefix("epoch ") && $0.contains("│  compute ") }.count == 3)
        for title in ["time per layer: mean of ", "time per rank ", "dense_1 ", "compute "] {
          #expect(log.contains { $0.hasPrefix(title) }, "\(outcome.output)")
        }
      }
    }

    @Test("a rank that is slow, epoch after epoch, is named once")
    func slowRank() throws {
      try withTemporaryFolder { folder in
        let outcome = try run(
          folder, ranks: 2, ["--set", "training.epochs=4"], fault: "slow:1:0.02")
        let notes = outcome.output.split(separator: "\n").filter { $0.contains(" is slow: ") }
        try #require(notes.count == 1, "\(outcome.output)")
        #expect(notes[0].hasPrefix("note: rank 1 on ") && notes[0].contains("an epoch computing"))
      }
    }

    private func run(
      _ folder: TemporaryFolder, ranks: Int?, _ words: [String], fault: String? = nil
    ) throws -> CommandOutcome {
      let configuration = try folder.write(Self.experiment, to: "a.yaml")
      let outcome = try Command(
        [configuration, "--run", folder.path("run")] + words, ranks: ranks,
        environment: fault.map { ["NNTRAIN_FAULT": $0] } ?? [:]
      ).run()
      try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
      return outcome
    }
  }
}
