import Datasets
import Layers
import Models
import Objectives
import Testing

@testable import Configuration

/// What a configuration says of objectives, weights and the outputs before them.
@Suite struct ObjectiveSettingsTests {
  private func objective(_ text: String) throws -> any Objective {
    let first = try load(smallText, "objective=\(text)")
    return try load(first.resolvedText).objective
  }

  @Test func settingsReachTheObjective() throws {
    #expect(try (objective("{huber: {delta: 2.5}}") as? Huber)?.delta == 2.5)
    let binary = try objective("{binary_crossentropy: {outputs: sum, label_smoothing: 0.1}}")
    #expect((binary as? BinaryCrossEntropy)?.outputs == .sum)
    #expect((binary as? BinaryCrossEntropy)?.labelSmoothing == 0.1)
    let focal = try objective("{binary_focal_crossentropy: {gamma: 1, alpha: 0.4}}")
    #expect((focal as? BinaryFocalCrossEntropy)?.alpha == 0.4)
    #expect(try (objective("binary_focal_crossentropy") as? BinaryFocalCrossEntropy)?.alpha == nil)
    let plain = try objective("categorical_focal_crossentropy") as? CategoricalFocalCrossEntropy
    #expect(plain?.alpha == 0.25 && plain?.gamma == 2)
  }

  @Test(arguments: [
    ("mse", "mean_squared_error"), ("mae", "mean_absolute_error"),
    ("mape", "mean_absolute_percentage_error"), ("msle", "mean_squared_logarithmic_error"),
    ("kld", "kullback_leibler_divergence"), ("kl_divergence", "kullback_leibler_divergence"),
    ("cosine_proximity", "cosine_similarity"), ("logcosh", "log_cosh"),
  ])
  func otherNamesMeanTheSame(short: String, name: String) throws {
    #expect(try Registry.name(of: objective(short)) == name)
  }

  @Test(arguments: [
    ("objective={huber: {delta: 0}}", "a number above 0"),
    ("objective={binary_crossentropy: {outputs: max}}", "mean or sum"),
    ("objective={binary_crossentropy: {label_smoothing: 1}}", "below 1"),
    ("objective={binary_focal_crossentropy: {gamma: -1}}", "at least 0"),
    ("objective={categorical_focal_crossentropy: {alpha: 0}}", "above 0"),
    ("objective=hubber", "did you mean \"huber\"?"),
    ("objective=mean_absolute_percent_error", "did you mean \"mean_absolute_percentage_error\"?"),
    ("metrics=[{auc: {thresholds: 1}}]", "from 2 to 65536"),
    ("metrics=[{f1: {average: median}}]", "micro or macro"),
    ("metrics=[confusion_matrx]", "did you mean \"confusion_matrix\"?"),
    ("metrics=[perplexity]", "write bits_per_character"),
    ("normalize=sum", "samples or weights"),
    ("data={source: digits, class_weights: {a: -1}}", "a weight of at least 0 by class"),
    ("data={source: digits, class_weights: heavy}", "balanced"),
    ("data={train: {format: digits, weights: a}}", "does not belong to the format digits"),
  ])
  func wrongSettingsAreToldWithWhatIsRight(override: String, words: String) {
    let error = failure(smallText, [override])
    #expect(error.message.contains(words), "\(error.message)")
  }

  private func last(_ run: RunConfiguration) -> Activation? {
    guard case .layer(let layer)? = run.model.layers.last?.body else { return nil }
    return (layer as? Dense)?.activation
  }

  @Test(arguments: [
    ("categorical_crossentropy", Activation.softmax), ("kld", .softmax),
    ("sparse_categorical_crossentropy", .softmax), ("binary_crossentropy", .sigmoid),
    ("categorical_focal_crossentropy", .softmax), ("binary_focal_crossentropy", .sigmoid),
    ("mse", .linear), ("poisson", .linear), ("hinge", .linear),
  ])
  func theLastActivationFollowsTheObjective(objective: String, activation: Activation) throws {
    let run = try load(
      smallText, "objective=\(objective)", "model=[flatten, {dense: {units: 10}}]")
    #expect(last(run) == activation)
    #expect(try last(load(run.resolvedText, "objective=\(objective)")) == activation)
    let said = try load(
      smallText, "objective=\(objective)",
      "model=[flatten, {dense: {units: 10, activation: linear}}]")
    #expect(last(said) == .linear)
    let hidden = try load(
      smallText, "objective=\(objective)", "model=[flatten, {dense: {units: 10}}, tanh]")
    guard case .layer(let layer) = hidden.model.layers[1].body else { return }
    #expect((layer as? Dense)?.activation == .linear)
  }

  private func note(_ objective: String, _ activation: String, units: Int = 10) throws -> String? {
    let run = try load(
      smallText, "objective=\(objective)",
      "model=[flatten, {dense: {units: \(units), activation: \(activation)}}]")
    var graph = try NetworkGraph(run.model, inputShape: [1, 8, 8])
    let fused = run.fused(&graph)
    return OutputPairing.note(fused, graph)
  }

  @Test(arguments: [
    ("mse", "softmax", "add up to 1"), ("binary_crossentropy", "linear", "with sigmoid"),
    ("categorical_crossentropy", "sigmoid", "with softmax"), ("mae", "relu", "no gradient"),
    ("hinge", "sigmoid", "linear or tanh"), ("poisson", "linear", "exponential or softplus"),
    ("kld", "tanh", "with softmax"),
  ])
  func unusualPairsAreTold(objective: String, activation: String, words: String) throws {
    let note = try #require(try note(objective, activation))
    #expect(note.contains("unusual with") && note.contains(words), "\(note)")
    #expect(note.hasPrefix(activation))
  }

  @Test(arguments: [
    ("mse", "linear"), ("mse", "sigmoid"), ("binary_crossentropy", "sigmoid"), ("kld", "softmax"),
    ("categorical_crossentropy", "softmax"), ("poisson", "exponential"), ("hinge", "tanh"),
  ])
  func usualPairsAreNot(objective: String, activation: String) throws {
    #expect(try note(objective, activation) == nil)
  }

  @Test func aSoftmaxOfOneOutputTellsNothing() throws {
    #expect(try note("categorical_crossentropy", "softmax", units: 1)?.contains("always 1") == true)
  }

  private func weights(_ text: String) throws -> [Float]? {
    let run = try load(smallText, "data={source: digits, take: 100, class_weights: \(text)}")
    return try RunData(run).classWeights
  }

  @Test func classesWeighWhatTheirNamesSay() throws {
    #expect(try weights("{3: 2, \"7\": 0.5}") == [1, 1, 1, 2, 1, 1, 1, 0.5, 1, 1])
    let balanced = try #require(try weights("balanced"))
    let run = try load(smallText, "data={source: digits, take: 100, class_weights: balanced}")
    let data = try RunData(run).training
    var room = [Float](repeating: 0, count: 100)
    var sums = [Float](repeating: 0, count: 10)
    var output = room.mutableSpan
    data.gatherWeights(Array(0..<100).span, into: &output)
    for sample in 0..<100 {
      #expect(room[sample] == balanced[data.classIndex(of: sample)])
      sums[data.classIndex(of: sample)] += room[sample]
    }
    #expect(sums.allSatisfy { abs($0 - 10) < 1e-4 })
  }

  @Test func unknownClassesAreTold() {
    #expect { try weights("{eleven: 2}") } throws: {
      "\($0)".contains("there is no class \"eleven\"")
    }
  }
}
