import Ensembles
import Optimizers
import Testing

@testable import Configuration

@Suite struct EnsembleConfigurationTests {
  @Test func snapshotsImplyTheirSchedule() throws {
    let run = try load(smallText + "\nensemble: {snapshots: 4}")
    #expect((run.schedule.method as? SnapshotCosine)?.cycles == 4)
    #expect(run.ensemble.snapshots?.combination == .mean && run.ensemble.snapshots?.last == nil)
    // What is written out says the same.
    #expect(try load(run.resolvedText).canonicalText == run.canonicalText)
    let warm = try load(smallText + "\nensemble: {snapshots: 2}\nschedule: {warmup: 1}")
    #expect(warm.schedule.method is SnapshotCosine && warm.schedule.warmup == .epochs(1))
    let own = try load(
      smallText + "\nensemble: {snapshots: 2}\nschedule: {cosine_restarts: {first: 1}}")
    #expect(own.schedule.method is CosineRestarts)
    #expect(try load().ensemble.snapshots == nil)
  }

  @Test func membersAreRunsOfTheirOwn() throws {
    let run = try load(
      smallText + "\nensemble: {members: {count: 2, bootstrap: true, vary: [[], [optimizer=sgd]]}}"
    )
    #expect(try load(run.resolvedText).canonicalText == run.canonicalText)
    let (first, second) = (try run.member(1), try run.member(2))
    #expect(first.seed == run.seed && second.seed == run.seed + 1)
    #expect(!first.ensemble.trainsMembers && first.data.bootstrap)
    #expect(first.optimizer.rule is Adam && second.optimizer.rule is SGD)
    #expect(try load(second.resolvedText).canonicalText == second.canonicalText)
    let boosted = try load(smallText + "\nensemble: {adaboost: 7}")
    #expect(boosted.ensemble.adaboost?.rounds == 7)
    #expect(boosted.ensemble.adaboost?.algorithm == .samme)
    #expect(try boosted.member(3, weights: "/w.npy").data.sampleWeights == "/w.npy")
    #expect(throws: ConfigurationError.self) {
      var wrong = run
      wrong.ensemble.members?.vary = [["optimizer.learning=1"], []]
      _ = try wrong.member(1)
    }
  }

  @Test func whatDoesNotGoTogetherIsToldWithItsPlace() {
    for (more, words) in [
      ("ensemble: {snapshots: {last: 2}}", "a.yaml:10:23: ensemble.snapshots.cycles is missing"),
      ("ensemble: {snapshots: {cycles: 2, last: 3}}", "a.yaml:10:41: ensemble.snapshots.last is 3"),
      ("ensemble: {snapshots: {cycles: 2, combine: median}}", "mean, geometric_mean, majority or"),
      (
        "ensemble: {members: 2, adaboost: 3}",
        "a.yaml:10:34: ensemble.adaboost and ensemble.members"
      ),
      ("ensemble: {members: {count: 2, vary: [[]]}}", "ensemble.members.vary has 1 lists for 2"),
      (
        "ensemble: {members: {count: 2, vary: [[], [data.take=5]]}}",
        "ensemble.members.vary.1 changes data, which all members"
      ),
      (
        "ensemble: {snapshots: {cycles: 2, combine: stacking}}", "mean, geometric_mean, majority or"
      ),
      ("ensemble: {snapshots: 2}\nschedule: constant", "schedule is constant, which has no cycles"),
      ("ensemble: {snapshots: 2}\nschedule: {snapshot_cosine: {cycles: 3}}", "cycles is 3, but"),
    ] {
      let error = failure(smallText + "\n" + more)
      #expect(error.description.contains(words), "\(error)")
    }
  }

  @Test func earlyStoppingIsShortOrLong() throws {
    let short = try load(smallText + "\nearly_stopping: 7").earlyStopping
    #expect(short?.patience == 7 && short?.monitor == "validation.objective")
    #expect(short?.restoresBest == true)
    let run = try load(
      smallText
        + "\nearly_stopping: {monitor: train.accuracy, patience: 2, min_delta: 0.01, mode: max}")
    let rule = try run.earlyStopping?.rule(metrics: run.metrics, hasValidation: false)
    #expect(rule?.part == .train && rule?.figure == "accuracy" && rule?.largerIsBetter == true)
    #expect(rule?.minimumChange == 0.01 && rule?.patience == 2)
    #expect(try load(run.resolvedText).canonicalText == run.canonicalText)
    #expect(try load().earlyStopping == nil)
  }

  @Test func theDirectionIsThatOfTheMetric() throws {
    let run = try load(smallText + "\nearly_stopping: {monitor: train.accuracy, patience: 2}")
    func rule(_ mode: EarlyStoppingConfiguration.Mode, _ monitor: String) throws -> Bool? {
      var stopping = run.earlyStopping
      stopping?.mode = mode
      stopping?.monitor = monitor
      return try stopping?.rule(metrics: run.metrics, hasValidation: true).largerIsBetter
    }
    #expect(try rule(.auto, "train.accuracy") == true)
    #expect(try rule(.auto, "validation.objective") == false)
    #expect(try rule(.min, "train.accuracy") == false)
    #expect(try rule(.max, "validation.objective") == true)
  }
}
