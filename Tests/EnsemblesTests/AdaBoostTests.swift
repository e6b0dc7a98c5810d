import Ensembles
import Testing
import _TestSupport

@Suite struct AdaBoostTests {
  struct File: Decodable {
    struct Case: Decodable {
      var algorithm: BoostingAlgorithm?
      var loss: BoostingLoss?
      var rate: Double
      var errors: [Double]
      var weights: [Double]
      var samples: [[Double]]
      var predicted: [Double]
    }
    struct Stack: Decodable {
      var products: [[Double]]
      var weights: [Double]
    }
    struct Diverse: Decodable {
      var right: [[Int]]
      var disagreement: Double
      var q: Double
      var errors: [[Double]]
      var correlation: Double
    }
    var probabilities: [[Float]]
    var labels: [Int]
    var classification: [Case]
    var outputs: [[Float]]
    var targets: [Float]
    var regression: [Case]
    var stacking: [Stack]
    var diversity: Diverse
  }

  /// The combined outputs of learners, by the rule that the algorithm names.
  private static func combined(
    _ algorithm: BoostingAlgorithm, _ meaning: OutputMeaning, weights: [Double],
    _ outputs: [[Float]], width: Int
  ) -> [Float] {
    let rows = outputs[0].count / width
    var combined = [Float](repeating: .nan, count: rows * width)
    let all = outputs.flatMap { $0 }
    var span = combined.mutableSpan
    algorithm.combination.rule(meaning, weights: weights).combine(
      all.span, rows: rows, width: width, into: &span)
    return combined
  }

  @Test func classesAreBoostedAsScikitLearnDoes() throws {
    let file = try Golden.load("boosting", as: File.self)
    for wanted in file.classification {
      let algorithm = try #require(wanted.algorithm)
      var boosting = AdaBoost(
        algorithm, classes: 3, rate: wanted.rate, initial: file.labels.map { _ in 7 })
      for (number, table) in file.probabilities.enumerated() {
        #expect(
          mismatches(boosting.weights, wanted.samples[number], relative: 1e-9) == [],
          "\(algorithm) round \(number + 1)")
        let judge = AnswerJudge(.distribution, .classIndex, width: 3)
        var (errors, logarithms): ([Double], [Double]) = ([], [])
        for (sample, label) in file.labels.enumerated() {
          let output = Array(table[sample * 3..<sample * 3 + 3])
          let target = [Float(label)]
          errors.append(judge.isRight(output.span, target.span) ? 0 : 1)
          logarithms.append(judge.codedLogarithm(output.span, target.span))
        }
        let round = boosting.learn(errors: errors, logarithms: logarithms)
        #expect(mismatches([round.error], [wanted.errors[number]], relative: 1e-9) == [])
        #expect(
          mismatches([try #require(round.weight)], [wanted.weights[number]], relative: 1e-9) == [])
        #expect(round.ending == nil)
      }
      let combined = Self.combined(
        algorithm, .distribution, weights: wanted.weights, file.probabilities, width: 3)
      let answers = file.labels.indices.map { sample in
        (0..<3).max { combined[sample * 3 + $0] < combined[sample * 3 + $1] } ?? 0
      }
      #expect(answers == wanted.predicted.map { Int($0) }, "\(algorithm)")
    }
  }

  @Test func numbersAreBoostedAsScikitLearnDoes() throws {
    let file = try Golden.load("boosting", as: File.self)
    for wanted in file.regression {
      let loss = try #require(wanted.loss)
      var boosting = AdaBoost(
        .r2, rate: wanted.rate, loss: loss, initial: file.targets.map { _ in 1 })
      for (number, outputs) in file.outputs.enumerated() {
        #expect(
          mismatches(boosting.weights, wanted.samples[number], relative: 1e-9) == [],
          "\(loss) round \(number + 1)")
        let round = boosting.learn(
          errors: zip(outputs, file.targets).map { abs(Double($0) - Double($1)) })
        #expect(mismatches([round.error], [wanted.errors[number]], relative: 1e-9) == [])
        #expect(
          mismatches([try #require(round.weight)], [wanted.weights[number]], relative: 1e-9) == [])
      }
      let combined = Self.combined(
        .r2, .values, weights: wanted.weights, file.outputs, width: 1)
      #expect(mismatches(combined, wanted.predicted, relative: 0) == [], "\(loss)")
    }
  }

  @Test func byHandAndWhereItEnds() {
    // One of four samples wrong, two classes: α = ln 3, and the wrong one has half of the weight.
    var two = AdaBoost(.samme, initial: [1, 1, 1, 1])
    let round = two.learn(errors: [0, 0, 1, 0])
    #expect(mismatches([round.weight ?? 0], [1.0986122886681098], relative: 1e-15) == [])
    #expect(mismatches(two.weights, [1 / 6.0, 1 / 6.0, 1 / 2.0, 1 / 6.0], relative: 1e-15) == [])
    // Right on the heavy one alone is no better than guessing.
    let guess = two.learn(errors: [1, 1, 0, 1])
    #expect(guess.weight == nil)
    if case .noBetterThanChance(0.5)? = guess.ending {} else { Issue.record("\(guess)") }
    // Of three classes chance is at ⅔.
    var three = AdaBoost(.samme, classes: 3, initial: [1, 1, 1])
    #expect(three.learn(errors: [1, 1, 1]).ending == .noBetterThanChance(1 - 1 / 3.0))
    let perfect = three.learn(errors: [0, 0, 0])
    #expect(perfect.error == 0 && perfect.weight == 1 && perfect.ending == .faultless)
    // A very probable mistake takes all weight at once.
    var alone = AdaBoost(.sammeR, initial: [1, 1, 1])
    let last = alone.learn(errors: [0, 1, 0], logarithms: [20, -30, 20])
    #expect(last.ending == .allWeightOn(1) && last.weight == 1)
    #expect(AdaBoost(.r2, initial: [3, 1]).weights == [0.75, 0.25])
  }

  @Test func stackingFindsTheBestWeightsOfAllSubsets() throws {
    let file = try Golden.load("boosting", as: File.self)
    for wanted in file.stacking {
      #expect(
        mismatches(
          Stacking.weights(wanted.products), wanted.weights, relative: 1e-6, absolute: 1e-9) == [])
    }
    // Of equal members any will do.
    #expect(
      mismatches([Stacking.weights([[2, 2], [2, 2]]).reduce(0, +)], [1], relative: 1e-12) == [])
    #expect(Stacking.weights([[0, 0], [0, 0]]) == [0.5, 0.5])
  }

  @Test func diversityIsThatOfNumPy() throws {
    let wanted = try Golden.load("boosting", as: File.self).diversity
    let found = Diversity.ofAnswers(wanted.right.map { $0.map { $0 == 1 } })
    #expect(mismatches([found.disagreement ?? 0], [wanted.disagreement], relative: 1e-12) == [])
    #expect(mismatches([found.q ?? 9], [wanted.q], relative: 1e-9) == [])
    let correlation = Diversity.ofErrors(wanted.errors)
    #expect(mismatches([correlation ?? 0], [wanted.correlation], relative: 1e-12) == [])
    // Members that never err together have no odds.
    #expect(Diversity.ofAnswers([[true], [true]]).q == nil)
  }

  @Test func whatCannotBeBoostedSaysWhy() {
    func flaw(_ algorithm: BoostingAlgorithm, _ meaning: OutputMeaning, width: Int = 3) -> String? {
      algorithm.flaw(meaning, width: width, hasClasses: meaning != .values)
    }
    #expect(flaw(.samme, .values)?.contains("use r2") == true)
    #expect(flaw(.samme, .answers)?.contains("softmax") == true)
    #expect(flaw(.samme, .scores) == nil && flaw(.samme, .answers, width: 1) == nil)
    #expect(flaw(.sammeR, .scores)?.contains("use samme") == true)
    #expect(flaw(.r2, .distribution)?.contains("use samme") == true && flaw(.r2, .values) == nil)
  }
}

extension BoostingAlgorithm: Decodable {}
extension BoostingLoss: Decodable {}
