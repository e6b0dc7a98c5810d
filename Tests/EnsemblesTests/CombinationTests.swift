import Ensembles
import Testing
import _TestSupport

@Suite struct CombinationTests {
  private struct File: Decodable {
    struct Case: Decodable {
      var name: String
      var combined: [Double]
    }
    var rows: Int
    var width: Int
    var classes: [Float]
    var answers: [Float]
    var objectives: [Double]
    var weights: [Double]
    var cases: [Case]
  }

  private static let equal = [1.0, 1, 1, 1]

  @Test func everyRuleCombinesAsPyTorchDoes() throws {
    let file = try Golden.load("ensembles", as: File.self)
    let rules: [(String, any EnsembleRule, [Float])] = [
      ("mean", Combination.mean.rule(.values, weights: file.weights), file.classes),
      (
        "weighted", Combination.validationWeights.rule(.scores, weights: file.weights), file.classes
      ),
      (
        "geometric of classes", Combination.geometricMean.rule(.distribution, weights: Self.equal),
        file.classes
      ),
      (
        "weighted geometric of classes",
        AveragingEnsemble(.geometricOfClasses, weights: file.weights), file.classes
      ),
      (
        "geometric of answers", Combination.geometricMean.rule(.answers, weights: Self.equal),
        file.answers
      ),
      ("votes for classes", Combination.majority.rule(.scores, weights: Self.equal), file.classes),
      ("votes for answers", Combination.majority.rule(.answers, weights: Self.equal), file.answers),
    ]
    #expect(rules.map(\.0) == file.cases.map(\.name))
    for ((name, rule, outputs), golden) in zip(rules, file.cases) {
      var combined = [Float](repeating: .nan, count: file.rows * file.width)
      var span = combined.mutableSpan
      rule.combine(outputs.span, rows: file.rows, width: file.width, into: &span)
      #expect(mismatches(combined, golden.combined, relative: 2e-7) == [], "\(name)")
    }
  }

  @Test func weightsAreThoseOfASoftmaxOfTheNegativeObjectives() throws {
    let file = try Golden.load("ensembles", as: File.self)
    let weights = Combination.weights(validation: file.objectives)
    #expect(mismatches(weights, file.weights, relative: 1e-12) == [])
    // However far they are from 0.
    #expect(
      mismatches(Combination.weights(validation: [-4000, -4000]), [0.5, 0.5], relative: 0) == [])
  }

  @Test func probabilitiesOfZeroAreNoVetoOfInfiniteWeight() {
    var combined: [Float] = [.nan, .nan]
    var span = combined.mutableSpan
    let rule = AveragingEnsemble(.geometricOfClasses, weights: [1, 1])
    rule.combine([1, 0, 0, 1].span, rows: 1, width: 2, into: &span)
    #expect(combined == [0.5, 0.5])
    var answer: [Float] = [.nan]
    var single = answer.mutableSpan
    AveragingEnsemble(.geometricOfAnswers, weights: [1, 1])
      .combine([1, 0].span, rows: 1, width: 1, into: &single)
    #expect(answer == [0.5])
  }

  @Test func equalVotesGoToTheFirstClassAndToNo() {
    var shares: [Float] = [.nan, .nan, .nan]
    var span = shares.mutableSpan
    VotingEnsemble(members: 2, answersOneByOne: false)
      .combine([0, 0, 1, 0, 1, 0].span, rows: 1, width: 3, into: &span)
    #expect(shares == [0, 0.5, 0.5])
    var answer: [Float] = [.nan]
    var single = answer.mutableSpan
    VotingEnsemble(members: 2, answersOneByOne: true)
      .combine([0.9, 0.1].span, rows: 1, width: 1, into: &single)
    #expect(answer[0] == 0.5)
  }

  @Test func whatCannotBeCombinedSaysWhy() {
    for meaning in [OutputMeaning.distribution, .answers, .scores, .values] {
      #expect(Combination.mean.flaw(meaning) == nil)
      #expect(Combination.validationWeights.flaw(meaning) == nil)
    }
    #expect(Combination.geometricMean.flaw(.distribution) == nil)
    #expect(Combination.geometricMean.flaw(.scores)?.contains("needs probabilities") == true)
    #expect(Combination.geometricMean.flaw(.values)?.contains("needs probabilities") == true)
    #expect(Combination.majority.flaw(.answers) == nil)
    #expect(Combination.majority.flaw(.values)?.contains("needs classes") == true)
  }

  @Test func membersWithoutAFiniteObjectiveWeighNothing() {
    #expect(Combination.weights(validation: [.nan, 1, .infinity, 1]) == [0, 0.5, 0, 0.5])
    #expect(Combination.weights(validation: [.nan, .infinity]) == [0.5, 0.5])
  }
}
