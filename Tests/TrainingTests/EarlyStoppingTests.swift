import Tensors
import Testing
import _TestSupport

@testable import Training

@Suite struct EarlyStoppingTests {
  struct File: Decodable {
    struct Run: Decodable {
      var name: String
      var figures: [Double?]
      var patience: Int
      var min_delta: Double
      var start_from: Int
      var larger_is_better: Bool
      var stopped: Int
      var restored: Int
    }
    var runs: [Run]
  }

  @Test func everyRunEndsAndIsRestoredAsInKeras() throws {
    let runs = try Golden.load("early_stopping", as: File.self).runs
    #expect(
      runs.count == 42 && runs.contains { $0.stopped == 0 } && runs.contains { $0.stopped > 0 })
    for run in runs {
      let weights = FloatStorage([Float](repeating: 0, count: 16))
      let rule = EarlyStoppingRule(
        figure: "accuracy", largerIsBetter: run.larger_is_better, patience: run.patience,
        minimumChange: run.min_delta, startFrom: run.start_from)
      let stopping = EarlyStopping(rule, weights: weights)
      var stopped = 0
      for (index, figure) in run.figures.enumerated() where stopped == 0 {
        var values = weights.mutableSpan
        fill(&values, with: Float(index + 1))
        if stopping.epochDidEnd(Self.status(index + 1, figure ?? .nan)) == .stop {
          stopped = index + 1
        }
      }
      let result = stopping.restore()
      #expect(stopped == run.stopped, "\(run)")
      #expect(result.stoppedEpoch == run.stopped, "\(run)")
      // Keras leaves the weights alone where no epoch was watched.
      #expect(result.isRestored == (run.restored > 0), "\(run)")
      if run.restored > 0 {
        #expect(result.bestEpoch == run.restored, "\(run)")
        #expect(weights.array == [Float](repeating: Float(run.restored), count: 16), "\(run)")
      }
    }
  }

  @Test func whatIsNoNumberIsNeverTheBest() {
    let stopping = EarlyStopping(
      EarlyStoppingRule(figure: "accuracy", patience: 3), weights: FloatStorage([1]))
    for (epoch, figure) in [(1, Double.nan), (2, -.infinity), (3, 0.5)] {
      #expect(stopping.epochDidEnd(Self.status(epoch, figure)) == .continue)
    }
    #expect(stopping.state.best == 0.5 && stopping.state.bestEpoch == 3)
  }

  @Test func aMetricThatIsNeverDefinedNeitherEndsTheRunNorRestoresAnEpoch() {
    let weights = FloatStorage([1, 2])
    let stopping = EarlyStopping(
      EarlyStoppingRule(figure: "accuracy", patience: 1), weights: weights)
    for epoch in 1...4 {
      #expect(stopping.epochDidEnd(Self.status(epoch, -.nan)) == .continue)
      var values = weights.mutableSpan
      values[0] = Float(10 + epoch)
    }
    let result = stopping.restore()
    #expect(!result.isRestored && result.best == nil && weights.array == [14, 2])
    #expect(
      result.line == "early stopping: validation.accuracy was undefined in all 4 watched epochs; "
        + "it did not end the run")
  }

  @Test func aMetricThatIsNeverFiniteHasNoBestEpoch() {
    let stopping = EarlyStopping(
      EarlyStoppingRule(figure: "accuracy", largerIsBetter: true, patience: 2),
      weights: FloatStorage([1]))
    #expect(stopping.epochDidEnd(Self.status(1, .infinity)) == .continue)
    #expect(stopping.epochDidEnd(Self.status(2, .infinity)) == .stop)
    let result = stopping.restore()
    #expect(!result.isRestored)
    #expect(
      result.line == "early stopping: validation.accuracy was finite after no epoch; it ended the "
        + "run after epoch 2")
  }

  @Test func withoutRestoringTheLastParametersStay() {
    let weights = FloatStorage([1, 2, 3])
    let stopping = EarlyStopping(
      EarlyStoppingRule(figure: "accuracy", patience: 1, restoresBest: false), weights: weights)
    #expect(stopping.epochDidEnd(Self.status(1, 0.5)) == .continue)
    #expect(stopping.epochDidEnd(Self.status(2, 0.6)) == .stop)
    var values = weights.mutableSpan
    values[0] = 7
    let result = stopping.restore()
    #expect(!result.isRestored && result.bestEpoch == 1 && result.best == 0.5)
    #expect(weights.array == [7, 2, 3])
  }

  @Test func theFigureIsThatOfItsPart() {
    var status = RunStatus()
    status.training = Figures(objective: 1, metrics: [("accuracy", 2)], samples: 1)
    status.validation = Figures(objective: 3, metrics: [("accuracy", 4)], samples: 1)
    func value(_ part: EarlyStoppingRule.Part, _ figure: String) -> Double? {
      EarlyStoppingRule(part: part, figure: figure).value(status)
    }
    #expect(value(.train, "objective") == 1 && value(.train, "accuracy") == 2)
    #expect(value(.validation, "objective") == 3 && value(.validation, "accuracy") == 4)
    #expect(value(.validation, "precision") == nil)
  }

  private static func status(_ epoch: Int, _ figure: Double) -> RunStatus {
    var status = RunStatus()
    status.epoch = epoch
    status.validation = Figures(objective: 0, metrics: [("accuracy", figure)], samples: 1)
    return status
  }
}
