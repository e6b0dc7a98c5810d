import Configuration
import Ensembles
import Formats
import Tensors
import Training

/// Trains the learners of AdaBoost, round after round, each by all ranks.
struct BoostingRun {
  private let run: EnsembleRun
  private var session: RankSession { run.session }

  init(_ run: EnsembleRun) { self.run = run }

  /// The learners with their weights; nil where a training was stopped on request.
  ///
  /// - Throws: `TrainingError` where a learner can't be trained, or the first is no better than chance.
  func members(_ stop: StopSignal) throws -> [EnsembleEvaluation.Member]? {
    guard let settings = run.configuration.ensemble.adaboost else { return [] }
    let evaluation = run.evaluation
    let judge = evaluation.judge
    var boosting = AdaBoost(
      settings.algorithm, classes: judge.classes, rate: settings.learningRate, loss: settings.loss,
      initial: try initialWeights())
    var members: [EnsembleEvaluation.Member] = []
    for number in 1...settings.rounds {
      let weights = try writeWeights(boosting.weights, round: number)
      let configuration = try session.together {
        try run.configuration.member(number, weights: weights)
      }
      let trained = try run.train(number, configuration, session, stop)
      try run.requireAll([trained])
      if trained.code == ExitCode.stopped { return nil }
      let model = try run.load(number, run.assembly.plan.evaluation)
      let round = try learn(&boosting, from: model, evaluation, judge)
      if let weight = round.weight {
        members.append(.init("round \(number)", model, weight: weight))
        run.tell(
          "round \(number): weighted error \(Text.fixed(round.error, 4)), weight"
            + " \(Text.fixed(weight, 4))")
      }
      guard let ending = round.ending else { continue }
      let words = BoostingRun.words(ending, number, round.error)
      guard !members.isEmpty else {
        throw TrainingError(
          code: ExitCode.badConfiguration,
          "ensemble.adaboost: \(words); train longer, with another learning rate or a larger network"
        )
      }
      if number < settings.rounds || round.weight == nil { run.tell("boosting ends: " + words) }
      break
    }
    return members
  }

  /// Why no round follows.
  private static func words(_ ending: AdaBoost.Ending, _ number: Int, _ error: Double) -> String {
    switch ending {
    case .faultless: "the learner of round \(number) makes no error on the training part"
    case .noBetterThanChance(let chance):
      "the learner of round \(number) has the weighted error \(Text.fixed(error, 4)), no better than"
        + " chance (\(Text.fixed(chance, 4))), and is left out"
    case .allWeightOn(let sample):
      "after round \(number) all weight is on sample \(sample) of the training part"
    }
  }

  private func learn(
    _ boosting: inout AdaBoost, from model: TrainedModel, _ evaluation: EnsembleEvaluation,
    _ judge: AnswerJudge
  ) throws -> AdaBoost.Round {
    let (survey, algorithm) = (
      SampleSurvey(evaluation.plan, group: session.group), boosting.algorithm
    )
    let width = algorithm == .sammeR ? 2 : 1
    let answers = try survey.values(of: model, on: run.assembly.plan.training, width: width) {
      output, target, answer in
      guard algorithm != .r2 else { return answer.append(judge.distance(output, target)) }
      answer.append(judge.isRight(output, target) ? 0 : 1)
      if algorithm == .sammeR { answer.append(judge.codedLogarithm(output, target)) }
    }
    let rows = stride(from: 0, to: answers.count, by: width)
    return boosting.learn(
      errors: rows.map { answers[$0] },
      logarithms: algorithm == .sammeR ? rows.map { answers[$0 + 1] } : [])
  }

  /// What samples weigh at first: what the data say.
  private func initialWeights() throws -> [Double] {
    let training = run.assembly.plan.training
    return try session.together { try SampleSurvey.weights(of: training) }
  }

  /// Writes the weights for `round`, scaled to a mean of 1; the file, on every rank.
  private func writeWeights(_ weights: [Double], round: Int) throws -> String {
    let path = run.path + "/weights/round-\(round).npy"
    try session.onCoordinator {
      try Folder.create(run.path + "/weights")
      let scaled = weights.map { Float($0 * Double(weights.count)) }
      let writer = try NPYWriter<Float>(to: AtomicFile(path: path), shape: [scaled.count])
      try writer.write(scaled.span)
      try writer.finish()
    }
    return path
  }
}
