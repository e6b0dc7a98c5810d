import Optimizers
import Testing
import _TestSupport

/// What formulas say of schedules that no library has, and what schedules refuse.
struct ScheduleTests {
  private let run = RunExtent(stepsPerEpoch: 10, totalSteps: 100)

  private func rates(_ schedule: any Schedule, _ steps: [Int], _ initial: Double = 1) -> [Double] {
    steps.map { schedule.rate(initial, at: $0, in: run) }
  }

  @Test func theInverseOfTimeAsInTheLecture() {
    // ε₀/(a t), t from 1, never above ε₀.
    let schedule = InverseTimeDecay(form: .lecture, decay: 0.25)
    #expect(rates(schedule, [0, 3, 4, 7, 99]) == [1, 1, 0.8, 0.5, 0.04])
    let one = InverseTimeDecay(form: .lecture, decay: 1)
    #expect(rates(one, [0, 1, 3, 9]) == [1, 0.5, 0.25, 0.1])
    let epochs = InverseTimeDecay(form: .lecture, decay: 1, every: .epochs(1), staircase: true)
    #expect(rates(epochs, [0, 9, 10, 39, 40]) == [1, 1, 0.5, 0.25, 0.2])
  }

  @Test func goodfellowsLineEndsAtItsEnd() {
    let schedule = LinearDecay(length: .epochs(4), end: 0.01)
    #expect(mismatches(rates(schedule, [0, 10, 40, 99]), [1, 0.7525, 0.01, 0.01]) == [])
  }

  @Test func snapshotsBeginEqualCycles() {
    // 100 steps in 3 cycles of ⌈100/3⌉ = 34.
    let schedule = SnapshotCosine(cycles: 3)
    #expect(rates(schedule, [0, 34, 68]) == [1, 1, 1])
    #expect(mismatches(rates(schedule, [17, 51]), [0.5, 0.5], relative: 1e-12) == [])
    #expect(rates(schedule, [33, 67]).allSatisfy { $0 < 0.003 && $0 > 0 })
  }

  @Test func warmupRisesToTheSchedulesFirstRate() {
    let rate = LearningRate(
      1, schedule: OneCycle(startDivisor: 4), warmup: .epochs(1), warmupFrom: 0.5, scale: 2)
    #expect(rate.rate(at: 0, in: run) == 0.25)
    #expect(rate.rate(at: 5, in: run) == 0.375)
    #expect(rate.rate(at: 10, in: run) == 0.5)
    // The cycle takes the 90 steps that are left, so its end falls on the last.
    #expect(rate.rate(at: 99, in: run) == Float(2 * 1 / 4.0 / 1e4))
  }

  @Test(
    arguments: [
      CosineDecay(), PolynomialDecay(power: 3), LinearDecay(), OneCycle(), OneCycle(rise: 0.999),
      CosineRestarts(first: .steps(1), growth: 1.5), SnapshotCosine(cycles: 1),
      TriangularCycle(cycle: .steps(1)), StepDecay(every: .steps(1)), ExponentialDecay(factor: 0.1),
      InverseTimeDecay(form: .lecture, decay: 1e-3),
      PolynomialDecay(length: .steps(1), cycle: true),
    ] as [any Schedule])
  func ratesAreFiniteAndNotNegativeFromTheFirstStepOn(schedule: any Schedule) {
    for total in [1, 2, 3, 10, 101] {
      let run = RunExtent(stepsPerEpoch: 3, totalSteps: total)
      #expect(schedule.flaw(0.1, in: run) == nil)
      for step in 0..<total {
        let rate = schedule.rate(0.1, at: step, in: run)
        #expect(rate >= 0 && rate <= 0.1 + 1e-12, "\(schedule) at \(step) of \(total)")
      }
    }
  }

  @Test(
    arguments: [
      (CosineDecay(end: 0.2), 100, "above the learning rate 0.1"),
      (CosineDecay(), nil, "in minutes; set length"),
      (LinearDecay(), nil, "in minutes; set length"),
      (PolynomialDecay(), nil, "in minutes; set length"),
      (PolynomialDecay(length: .epochs(11), cycle: true), 100, "110 steps"),
      (OneCycle(), nil, "in minutes; set length"),
      (OneCycle(length: .steps(101)), 100, "101 steps, but 100"),
      (CosineRestarts(first: .epochs(11)), 100, "first is 11, which are 110 steps"),
      (TriangularCycle(cycle: .steps(101)), 100, "cycle is 101 steps"),
      (TriangularCycle(cycle: .steps(10), minimum: 0.2), 100, "minimum is 0.2, above"),
      (SnapshotCosine(cycles: 101), 100, "only 100 steps"),
      (SnapshotCosine(cycles: 2), nil, "in minutes"),
      (StepDecay(after: [.epochs(2), .steps(20)]), 100, "20 steps (step 20) after 2 (step 20)"),
      (
        PiecewiseConstant(boundaries: [.epochs(3), .epochs(2)], values: [0.1, 0.2]), 100,
        "boundaries has 2"
      ),
      (ReduceOnPlateau(minimum: 0.2), 100, "minimum is 0.2"),
    ] as [(any Schedule, Int?, String)])
  func whatCannotBeIsToldWithItsRemedy(schedule: any Schedule, steps: Int?, words: String) {
    let run = RunExtent(stepsPerEpoch: 10, totalSteps: steps)
    let flaw = LearningRate(0.1, schedule: schedule).flaw(in: run)
    #expect(flaw?.contains(words) == true, "\(flaw ?? "no flaw")")
  }

  @Test func aWarmupMustLeaveSomething() {
    let rate = LearningRate(0.1, warmup: .epochs(10))
    #expect(rate.flaw(in: run)?.contains("100 steps, but the run has 100") == true)
    #expect(rate.flaw(in: RunExtent(stepsPerEpoch: 9, totalSteps: 100)) == nil)
    // What is left to the schedule is less than the run.
    let cycle = LearningRate(
      0.1, schedule: CosineRestarts(first: .epochs(10)), warmup: .steps(1))
    #expect(cycle.flaw(in: run)?.contains("99 steps are left") == true)
  }

  @Test(arguments: [
    ("3", ScheduleLength.epochs(3)), ("0.5", .epochs(0.5)), ("2 epochs", .epochs(2)),
    ("500 steps", .steps(500)), ("1 step", .steps(1)),
  ])
  func lengthsAreReadAndWritten(text: String, length: ScheduleLength) {
    #expect(ScheduleLength(text) == length)
    #expect(ScheduleLength(length.description) == length)
  }

  @Test(arguments: [
    "0", "-1", "nan", "inf", "1e999", "0 steps", "1.5 steps", "3 days", "", "1 2 3",
  ])
  func othersAreNot(text: String) { #expect(ScheduleLength(text) == nil) }

  @Test func partsOfEpochsAreWholeStepsAndHugeOnesDoNotOverflow() {
    #expect(run.steps(.epochs(0.25)) == 3)
    #expect(run.steps(.epochs(0.001)) == 1)
    #expect(run.steps(.epochs(1e300)) == 1_000_000_000_000_000)
  }
}
