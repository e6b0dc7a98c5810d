import Testing

@testable import Configuration

@Suite struct CheckpointConfigurationTests {
  @Test(arguments: [
    ("3", CheckpointConfiguration.Interval.every(.epochs(3))), ("500 steps", .every(.steps(500))),
    ("10 minutes", .every(.minutes(10))), ("never", .never),
  ])
  func intervalsAreReadAndWritten(text: String, interval: CheckpointConfiguration.Interval) throws {
    for key in ["checkpoints", "checkpoints.every"] {
      let run = try load(smallText, "\(key)=\(text)")
      #expect(run.checkpoints.interval == interval)
      #expect(try load(run.resolvedText).checkpoints == run.checkpoints)
    }
  }

  @Test func theBestAreBestByAFigureThatIsTold() throws {
    let run = try load(smallText, "checkpoints={best: 2, by: accuracy}")
    #expect(run.checkpoints.best == 2 && run.checkpoints.figure == "accuracy")
    #expect(run.checkpoints.interval == .every(.epochs(1)) && run.checkpoints.keep == 3)
  }

  @Test(arguments: [("90 seconds", 90.0), ("1.5 minutes", 90), ("1 hour", 3600)])
  func timeLimitsAreReadAndWritten(text: String, seconds: Double) throws {
    let run = try load(smallText, "training.time_limit=\(text)")
    #expect(run.training.timeLimit?.seconds == seconds)
    #expect(try load(run.resolvedText).training.timeLimit == run.training.timeLimit)
    #expect(try load().training.timeLimit == nil)
  }

  @Test(arguments: ["0 seconds", "-1 minutes", "ten minutes", "3", "3 days", "1 2 minutes"])
  func otherTimeLimitsAreRefused(text: String) {
    let error = failure(smallText, ["training.time_limit=\(text)"])
    #expect(error.message.contains("it must be a duration"))
  }

  @Test func firstParametersLieBesideTheFileOrTheCaller() throws {
    let text = smallText + "\ninitialize_from: a/w.safetensors"
    func load(_ overrides: String...) throws -> String? {
      try ConfigurationLoader.load(
        text: text, source: "a.yaml", name: "a", folder: "/home/me", overrides: overrides
      ).initialWeights
    }
    #expect(try load() == "/home/me/a/w.safetensors")
    #expect(try load("initialize_from=/b") == "/b")
    #expect(try load("initialize_from=b") == ConfigurationLoader.absolute("b"))
    #expect(try load("initialize_from=") == nil)
  }
}

@Suite struct ConfigurationDifferenceTests {
  private func differences(_ overrides: String...) throws -> [ConfigurationDifference] {
    try load().differences(
      from: ConfigurationLoader.load(
        text: smallText, source: "a.yaml", name: "a", folder: nil, overrides: overrides))
  }

  @Test func equalConfigurationsDifferInNothing() throws {
    #expect(try differences() == [])
    #expect(try load().differences(from: load(load().resolvedText)) == [])
  }

  @Test(arguments: [
    ("training.batch=8", "training.batch was 16 and is 8", false),
    ("optimizer.learning_rate=1", "optimizer.adam.learning_rate was 0.001 and is 1", false),
    ("model.1.units=5", "model.1.dense.units was 4 and is 5", false),
    ("regularization.l2=0.1", "regularization.l2 was 0 and is 0.1", false),
    ("data.take=9", "data.take was unset and is 9", false),
    ("training.epochs=4", "training.epochs was 3 and is 4", true),
    ("training.time_limit=1 hour", "training.time_limit was unset and is 1 hour", true),
    ("checkpoints=never", "checkpoints.every was 1 and is never", true),
    ("parallel.watchdog=1", "parallel.watchdog was 300 and is 1", true),
    ("name=b", "name was a and is b", true),
  ])
  func aChangeIsToldByItsKey(change: String, words: String, keepsMeaning: Bool) throws {
    let found = try differences(change)
    #expect(found.map(\.description) == [words])
    #expect(found.first?.keepsMeaning == keepsMeaning)
  }

  @Test func methodsAndListsDifferAsAWhole() throws {
    #expect(try differences("optimizer=sgd").map(\.key) == ["optimizer"])
    #expect(try differences("model=[flatten, {dense: {units: 10}}]").map(\.key) == ["model"])
    #expect(try differences("seed=1", "training.batch=1").map(\.key) == ["seed", "training.batch"])
  }
}
