import Optimizers
import Testing

@Suite struct CyclicScheduleTests {
  private let run = RunExtent(stepsPerEpoch: 10, totalSteps: 100)

  private static let schedules: [any CyclicSchedule] = [
    SnapshotCosine(cycles: 5), SnapshotCosine(cycles: 7), SnapshotCosine(cycles: 1),
    CosineRestarts(first: .steps(10)), CosineRestarts(first: .steps(7), growth: 1),
    CosineRestarts(first: .steps(9), growth: 1.5, shrink: 0.5), TriangularCycle(cycle: .steps(12)),
  ]

  /// The rate jumps up just behind a cycle's last update, or turns there; it is the one place that
  /// both the schedule and the list of ends have to know.
  @Test(arguments: schedules.indices)
  func theRateRisesBehindEveryEndAndNowhereElse(index: Int) {
    let schedule = Self.schedules[index]
    func rate(_ step: Int) -> Double { schedule.rate(1, at: step, in: run) }
    let turns = (1..<100).filter { step in
      // Triangles begin at their smallest rate.
      schedule is TriangularCycle
        ? rate(step) < rate(step - 1) && rate(step) < rate(step + 1) : rate(step) > rate(step - 1)
    }
    #expect(schedule.cycleEnds(in: run).filter { $0 < 100 } == turns)
  }

  @Test func aLastShorterCycleEndsWithTheRun() {
    #expect(SnapshotCosine(cycles: 5).cycleEnds(in: run) == [20, 40, 60, 80, 100])
    #expect(SnapshotCosine(cycles: 7).cycleEnds(in: run) == [15, 30, 45, 60, 75, 90, 100])
    // ⌈7/5⌉ = 2 leaves room for four.
    let short = RunExtent(stepsPerEpoch: 7, totalSteps: 7)
    #expect(SnapshotCosine(cycles: 5).cycleEnds(in: short) == [2, 4, 6, 7])
    #expect(TriangularCycle(cycle: .steps(50)).cycleEnds(in: run) == [50, 100])
  }

  @Test func theWarmUpGoesBefore() {
    let rate = LearningRate(1, schedule: SnapshotCosine(cycles: 3), warmup: .epochs(1))
    #expect(rate.cycleEnds(in: run) == [40, 70, 100])
    #expect(LearningRate(1).cycleEnds(in: run) == nil)
    #expect(rate.cycleEnds(in: RunExtent(stepsPerEpoch: 10, totalSteps: nil)) == nil)
  }
}
