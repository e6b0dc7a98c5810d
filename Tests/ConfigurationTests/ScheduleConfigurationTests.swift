import Optimizers
import Testing

@testable import Configuration

@Suite struct ScheduleConfigurationTests {
  private func schedule(_ text: String, _ overrides: String...) throws -> ScheduleConfiguration {
    try ConfigurationLoader.load(
      text: smallText + "\nschedule: " + text, source: "a.yaml", name: "a", folder: nil,
      overrides: overrides
    ).schedule
  }

  @Test func theMethodStandsAloneOrBesideTheOtherKeys() throws {
    #expect(try schedule("cosine").method is CosineDecay)
    let both = try schedule("{warmup: 500 steps, linear: {end: 0.0001}, warmup_from: 0.1}")
    #expect((both.method as? LinearDecay)?.end == 0.0001)
    #expect(both.warmup == .steps(500) && both.warmupFrom == 0.1)
    #expect(try schedule("{warmup: 2}").method is ConstantRate)
    #expect(try schedule("{method: one_cycle, warmup: 2}").method is OneCycle)
    #expect(try schedule("{warmup: 1, cosine: }").method is CosineDecay)
  }

  @Test func overridesReachIntoIt() throws {
    let text = "{warmup: 1, step_decay: {every: 10}}"
    #expect(try schedule(text, "schedule.warmup=3").warmup == .epochs(3))
    #expect((try schedule(text, "schedule.every=5").method as? StepDecay)?.every == .epochs(5))
    let other = try schedule(text, "schedule.cosine.end=0.5")
    #expect((other.method as? CosineDecay)?.end == 0.5 && other.warmup == .epochs(1))
    let whole = try schedule(text, "schedule=cosine")
    #expect(whole.method is CosineDecay && whole.warmup == nil)
    #expect(try schedule(text, "schedule=").method is ConstantRate)
  }

  @Test(arguments: [
    ("cosin", "schedule \"cosin\" is not known; did you mean \"cosine\"?"),
    ("{cosin: {}}", "schedule.cosin is not known; did you mean \"cosine\"?"),
    ("{warmup: 1, cosine: {ends: 1}}", "did you mean \"end\"?"),
    ("{cosine: {}, linear: {}}", "names \"cosine\" and \"linear\""),
    ("{method: linear, cosine: {}}", "schedule.cosine is not known"),
    ("{warmup: 0}", "schedule.warmup is \"0\"; it must be a number of epochs above 0"),
    ("{cosine: {end: -0.1}}", "end is \"-0.1\"; it must be a number, at least 0"),
    ("step_decay", "step_decay needs a time; give every"),
    ("{step_decay: {every: 1, after: [2]}}", "exclude each other"),
    ("{step_decay: {after: []}}", "after is an empty list"),
    ("{exponential: {factor: 1.5}}", "factor is \"1.5\""),
    ("{piecewise: {boundaries: [1, 2], values: [0.1]}}", "1 values for 2 boundaries"),
    ("{piecewise: {boundaries: [1], values: [-0.1]}}", "a list of numbers, each at least 0"),
    ("{cosine_restarts: {first: 1, growth: 0.5}}", "growth is \"0.5\""),
    ("{scale: cubic}", "none, linear or sqrt"),
  ])
  func whatDoesNotFitIsTold(text: String, message: String) {
    let error = failure(smallText + "\nschedule: " + text)
    #expect(error.exitCode == 78 && error.position != nil)
    #expect(error.message.contains(message), "\(error)")
  }

  @Test func theScaleFollowsTheBatch() throws {
    #expect(try schedule("{scale: linear, reference_batch: 8}").scale(batch: 64) == 8)
    #expect(try schedule("{scale: sqrt, reference_batch: 16}").scale(batch: 64) == 2)
    #expect(try schedule("{reference_batch: 16}").scale(batch: 64) == 1)
  }
}
