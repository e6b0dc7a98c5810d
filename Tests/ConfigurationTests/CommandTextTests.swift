import Optimizers
import Testing

@testable import Configuration

@Suite struct CommandTextTests {
  @Test func optimizersAreReadAsInAFile() throws {
    let plain = try OptimizerConfiguration(text: "adam")
    #expect(plain.rule is Adam && plain.learningRate == 0.001 && plain.name == "adam")
    for text in [
      "momentum: {learning_rate: 0.5, momentum: 0.8}",
      "{momentum: {learning_rate: 0.5, momentum: 0.8}}",
    ] {
      let found = try OptimizerConfiguration(text: text)
      #expect((found.rule as? Momentum)?.momentum == 0.8 && found.learningRate == 0.5)
      #expect(try OptimizerConfiguration(text: found.text).text == found.text)
    }
  }

  @Test(
    "optimizers that are none",
    arguments: [
      ("adm", 78, "did you mean \"adam\"?"), ("sgd: {learning_rate: -1}", 78, "above 0"),
      ("sgd: {rate: 1}", 78, "not known"), ("{", 64, "no YAML"), ("", 64, "no name"),
      ("[sgd]", 78, "optimizer"),
    ])
  func wrongOptimizers(text: String, code: Int32, words: String) throws {
    let error = try #require(throws: ConfigurationError.self) {
      try OptimizerConfiguration(text: text)
    }
    #expect(error.exitCode == code && error.description.contains(words), "\(error)")
    #expect(error.description.hasPrefix("--optimizer \"\(text)\""))
  }

  @Test func commasWithinBracketsBelongToAValue() throws {
    let found = try ConfigurationVariation(
      "optimizer=sgd, {adam: {beta1: 0.8, beta2: 0.9}},\"a, b\",[1, 2]")
    #expect(found.key == "optimizer")
    #expect(found.values == ["sgd", "{adam: {beta1: 0.8, beta2: 0.9}}", "\"a, b\"", "[1, 2]"])
  }

  @Test func gridsRunTheLastFastest() throws {
    let grid = ConfigurationVariation.grid([
      try ConfigurationVariation("a=1,2"), try ConfigurationVariation("b.c=x,y,z"),
    ])
    #expect(
      grid.map { $0.map { "\($0.key)=\($0.value)" }.joined(separator: " ") }
        == ["a=1 b.c=x", "a=1 b.c=y", "a=1 b.c=z", "a=2 b.c=x", "a=2 b.c=y", "a=2 b.c=z"])
    #expect(ConfigurationVariation.grid([]).count == 1)
  }

  @Test(
    "variations that are none",
    arguments: ["", "a", "=1", "a=1,,2", "a=", "a=1,1", "a b=1,2", "a=[1,2"])
  func wrongVariations(text: String) throws {
    let error = try #require(throws: ConfigurationError.self) { try ConfigurationVariation(text) }
    #expect(error.exitCode == 64 && error.description.hasPrefix("--vary"), "\(error)")
  }

  @Test func theMicroscopeIsWrittenAsLengthsAre() throws {
    for (value, wanted) in [
      ("3", "3"), ("50 steps", "50 steps"), ("2 epochs", "2"), ("never", "never"),
    ] {
      let run = try load(smallText, "diagnostics.gradient_flow=\(value)")
      #expect(run.resolvedText.contains("gradient_flow: \(wanted)"))
      #expect(try load(run.resolvedText).diagnostics == run.diagnostics)
    }
    #expect(try load().diagnostics.gradientFlow == nil)
    for value in ["0", "5 minutes", "-1 steps", "often"] {
      let error = failure(smallText, ["diagnostics.gradient_flow=\(value)"])
      #expect(error.description.contains("it must be a number of epochs"), "\(error)")
    }
  }
}
