import Foundation
import Optimizers
import Testing
import _TestSupport

/// The schedules of Keras and PyTorch at a few steps; see `scripts/golden/schedules.py`.
struct ScheduleGoldenTests {
  struct File: Decodable {
    var initial: Float
    var steps: [Int]
    var schedules: [Case]
    var objectives: [Double]
    var plateaus: [Case]
  }

  struct Case: Decodable {
    var name: String
    var rates: [Double]
  }

  /// A run of 26 steps in epochs of 4; lengths are told in both units.
  static let run = RunExtent(stepsPerEpoch: 4, totalSteps: 26)

  static let table: [(name: String, rate: LearningRate)] = [
    ("exponential", rate(ExponentialDecay(factor: 0.7))),
    ("exponential staircase", rate(ExponentialDecay(factor: 0.7, staircase: true))),
    ("exponential every step", rate(ExponentialDecay(factor: 0.9, every: .steps(1)))),
    ("inverse time", rate(InverseTimeDecay(decay: 0.6, every: .epochs(1)))),
    (
      "inverse time staircase",
      rate(InverseTimeDecay(decay: 0.6, every: .steps(4), staircase: true))
    ),
    ("polynomial", rate(PolynomialDecay(length: .steps(11), end: 0.02, power: 1.5))),
    (
      "polynomial cycle", rate(PolynomialDecay(length: .steps(5), end: 0.02, power: 2, cycle: true))
    ),
    ("linear", rate(LinearDecay(length: .epochs(2.75), end: 0.01))),
    (
      "piecewise",
      rate(
        PiecewiseConstant(
          boundaries: [.steps(5), .steps(10), .epochs(3)], values: [0.3, 0.2, 0.01]))
    ),
    ("cosine", rate(CosineDecay(length: .epochs(5), end: 0.05))),
    ("cosine by PyTorch", rate(CosineDecay(length: .steps(25), end: 0.05))),
    (
      "cosine with warm-up",
      rate(CosineDecay(length: .steps(15), end: 0.05), warmup: .steps(5), from: 0.2)
    ),
    ("restarts", rate(CosineRestarts(first: .epochs(1), shrink: 0.8))),
    ("restarts of one length", rate(CosineRestarts(first: .steps(7), growth: 1, end: 0.05))),
    ("restarts by PyTorch", rate(CosineRestarts(first: .epochs(1), end: 0.05))),
    ("one cycle", rate(OneCycle())),
    (
      "one cycle linear",
      rate(
        OneCycle(
          length: .steps(26), rise: 0.4, startDivisor: 10, endDivisor: 100, anneal: .linear))
    ),
    ("triangular", rate(TriangularCycle(cycle: .epochs(2.5), minimum: 0.05, rise: 0.4))),
    ("triangular2", rate(TriangularCycle(cycle: .steps(6), minimum: 0.05, shrink: 0.5))),
    ("step", rate(StepDecay(factor: 0.3, every: .steps(5)))),
    ("exponential half epoch of 5", rate(ExponentialDecay(factor: 0.5, every: .epochs(0.5)))),
    (
      "exponential staircase half epoch of 5",
      rate(ExponentialDecay(factor: 0.5, every: .epochs(0.5), staircase: true))
    ),
    ("inverse time half epoch of 5", rate(InverseTimeDecay(decay: 0.6, every: .epochs(0.5)))),
    (
      "inverse time staircase half epoch of 5",
      rate(InverseTimeDecay(decay: 0.6, every: .epochs(0.5), staircase: true))
    ),
    (
      "polynomial cycle half epoch of 5",
      rate(PolynomialDecay(length: .epochs(0.5), end: 0.02, power: 2, cycle: true))
    ),
    ("restarts half epoch of 5", rate(CosineRestarts(first: .epochs(0.5)))),
    (
      "restarts of one length half epoch of 5", rate(CosineRestarts(first: .epochs(0.5), growth: 1))
    ),
    (
      "triangular half epoch of 5",
      rate(TriangularCycle(cycle: .epochs(0.5), minimum: 0.05, rise: 0.4))
    ),
    ("step after", rate(StepDecay(factor: 0.3, after: [.steps(5), .epochs(2.75)]))),
  ]

  private static func rate(
    _ schedule: any Schedule, warmup: ScheduleLength? = nil, from: Double = 0
  ) -> LearningRate {
    LearningRate(0.5, schedule: schedule, warmup: warmup, warmupFrom: from)
  }

  @Test(arguments: table.indices)
  func agreesWithTheLibraries(row: Int) throws {
    let (name, rate) = Self.table[row]
    let file = try Golden.load("schedules", as: File.self)
    let golden = try #require(file.schedules.first { $0.name == name })
    let run =
      name.hasSuffix("epoch of 5") ? RunExtent(stepsPerEpoch: 5, totalSteps: 26) : Self.run
    #expect(rate.initial == file.initial && rate.flaw(in: run) == nil)
    let rates = file.steps.map { rate.rate(at: $0, in: run) }
    // Keras computes in single precision; which restarts feel most.
    let relative = name.hasPrefix("restarts") && run != Self.run ? 1e-5 : 1e-6
    #expect(
      mismatches(rates, golden.rates, relative: relative, absolute: 1e-9) == [], "\(name)")
  }

  @Test func everyGoldenScheduleIsUsed() throws {
    let file = try Golden.load("schedules", as: File.self)
    #expect(file.schedules.map(\.name) == Self.table.map(\.name))
  }

  @Test(arguments: ["plain", "all settings"])
  func plateausAreSeenWhenPyTorchSeesThem(name: String) throws {
    let file = try Golden.load("schedules", as: File.self)
    let golden = try #require(file.plateaus.first { $0.name == name })
    let rule =
      name == "plain"
      ? ReduceOnPlateau(factor: 0.5, patience: 2)
      : ReduceOnPlateau(factor: 0.3, patience: 1, threshold: 1e-3, cooldown: 2, minimum: 0.02)
    let rate = LearningRate(file.initial, schedule: rule)
    var state = PlateauState()
    let rates = file.objectives.map { objective in
      rate.observe(objective, &state)
      return rate.rate(at: 7, in: Self.run, plateau: state)
    }
    #expect(mismatches(rates, golden.rates, relative: 2e-7) == [])
    #expect(Set(rates).count >= 3, "the golden path reduces several times")
  }

  @Test func whatIsNotFiniteIsNeverThePlateausBest() throws {
    let rate = LearningRate(0.1, schedule: ReduceOnPlateau(factor: 0.5, patience: 1))
    var state = PlateauState()
    for objective in [Double.infinity, .nan] { rate.observe(objective, &state) }
    #expect(state.best == nil)
    // A checkpoint must be able to hold it.
    _ = try JSONEncoder().encode(state)
    rate.observe(2, &state)
    #expect(state.best == 2)
  }
}
