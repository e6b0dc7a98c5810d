import Formats
import Testing
import _TestSupport

extension EndToEnd {
  /// The learning rate as a run uses and shows it.
  @Suite struct ScheduleTests {
    private static let digits = """
      data: {source: digits, take: 100, split: {validation: 0.2}}
      model: [flatten, {dense: {name: output, units: 10, activation: softmax}}]
      objective: categorical_crossentropy
      optimizer: {sgd: {learning_rate: 0.1}}
      training: {epochs: 4, batch: 20}
      """

    private func train(_ schedule: String, _ folder: TemporaryFolder) throws -> (RunResult, String)
    {
      let configuration = try folder.write(
        Self.digits + "\nschedule: " + schedule, to: "\(schedule.count).yaml")
      let run = folder.path("run-\(schedule.count)")
      let outcome = try Command([configuration, "--run", run]).run()
      try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
      return (try RunResult(run), outcome.output)
    }

    private func rates(_ result: RunResult) -> [Double] {
      result.epochs.compactMap { $0["learning_rate"]?.double }
    }

    @Test("the rate of an epoch's last update stands in the metrics")
    func rates() throws {
      try withTemporaryFolder { folder in
        // 4 steps an epoch: a warm-up of 8, then a half every 4.
        let (result, _) = try train("{warmup: 2, step_decay: {every: 1, factor: 0.5}}", folder)
        #expect(
          mismatches(rates(result), [0.1 * 3 / 8, 0.1 * 7 / 8, 0.1, 0.05], relative: 1e-6) == [])
      }
    }

    @Test("a rate that follows the batch is told at the start")
    func scaling() throws {
      try withTemporaryFolder { folder in
        let (result, output) = try train("{scale: linear, reference_batch: 10}", folder)
        #expect(mismatches(rates(result), [0.2, 0.2, 0.2, 0.2], relative: 1e-6) == [])
        #expect(output.contains("note: schedule.scale is linear"))
        #expect(output.contains("batch 20 for reference_batch 10"))
      }
    }

    @Test("a plateau reduces the rate from the next epoch on")
    func plateau() throws {
      try withTemporaryFolder { folder in
        // Nothing is better by 99 parts in a hundred, so each epoch after the first reduces.
        let (result, _) = try train(
          "{reduce_on_plateau: {patience: 0, factor: 0.5, threshold: 0.99}}", folder)
        #expect(mismatches(rates(result), [0.1, 0.1, 0.05, 0.025], relative: 1e-6) == [])
      }
    }

    @Test("check draws the schedule, and tells a constant rate in one line")
    func chart() throws {
      try withTemporaryFolder { folder in
        let configuration = try folder.write(Self.digits, to: "a.yaml")
        func check(_ set: String...) throws -> [Substring] {
          let outcome = try Command(
            ["check", configuration] + set.flatMap { ["--set", $0] }
          ).run()
          try #require(outcome.code == 0, "\(outcome)")
          return outcome.output.split(separator: "\n")
        }
        #expect(try check().contains("learning rate: 0.1000"))
        // 16 steps of a falling line: each row of the chart is at least as long as the one above.
        let lines = try check("schedule=linear")
        let chart = lines.filter { $0.contains("│") }.map { $0.filter { $0 == "█" }.count }
        #expect(chart.count == 8 && chart == chart.sorted() && chart.last == 16, "\(chart)")
        #expect(lines.contains { $0.hasSuffix("4 epochs") })
        // A run in minutes draws what can be known.
        #expect(
          try check("schedule={exponential: {factor: 0.5}}", "training.epochs=1 minute")
            .contains { $0.hasSuffix("10 epochs") })
      }
    }
  }
}
