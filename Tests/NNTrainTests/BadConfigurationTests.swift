import Testing
import _TestSupport

extension FailingEndToEnd {
  /// Configurations that are wrong by themselves, or with the data and the ranks they meet.
  @Suite struct BadConfigurationTests {
    @Test(
      "alone and on three ranks: one message, one exit code, nothing left",
      arguments: FailureBatch.of(cases))
    func refuses(_ batch: FailureBatch) throws {
      try FailureCase.check(batch.cases, ranks: [nil, 3])
    }

    @Test("more ranks than shards")
    func moreRanksThanShards() throws {
      let failure = FailureCase(
        "more ranks than shards", configuration: digits, set: ["training.shards=2"], code: 78,
        says: "3 ranks", "2 shards", "training.shards")
      try failure.check(ranks: 3)
    }

    @Test("more ranks than samples, unless the shards say that some may be empty")
    func moreRanksThanSamples() throws {
      let two = ["data.take=2", "training.batch=full"]
      try FailureCase(
        "more ranks than samples", configuration: digits, set: two, code: 78, says: "3 ranks",
        "2 shards"
      ).check(ranks: 3)
      try withTemporaryFolder { folder in
        let configuration = try folder.write(digits, to: "a.yaml")
        let outcome = try Command(
          [configuration, "--run", folder.path("run")]
            + (two + ["training.shards=3"]).flatMap { ["--set", $0] }, ranks: 3
        ).run()
        #expect(outcome.code == 0 && outcome.messages == [], "\(outcome)")
        #expect(outcome.output.contains("1 of the 3 shards are empty"))
      }
    }

    private static let digits = """
      data: {source: digits, take: 100}
      model: [flatten, {dense: {name: output, units: 10, activation: softmax}}]
      objective: categorical_crossentropy
      optimizer: {sgd: {learning_rate: 0.1}}
      training: {epochs: 1, batch: 20}
      """
    private var digits: String { BadConfigurationTests.digits }

    /// Each alias doubles what it stands for, thirty times over.
    private static let aliasBomb: String = {
      var lines = ["a0: &a0 [x, x]"]
      for i in 1...30 { lines.append("a\(i): &a\(i) [*a\(i - 1), *a\(i - 1)]") }
      return lines.joined(separator: "\n")
    }()

    /// The digits with `layers` between the first and the last layer.
    private static func layers(_ layers: String) -> String {
      digits.replacing("[flatten, ", with: "[flatten, \(layers), ")
    }

    private static let cases: [FailureCase] = [
      FailureCase(
        "batch normalization of one sample", configuration: layers("batch_normalization"),
        set: ["training.batch=3", "training.shards=3"], code: 78, says: "layer batch_norm_1",
        "every shard of a minibatch holds one sample", "training.batch"),
      FailureCase(
        "colors of gray images", configuration: digits,
        set: ["data.augment=[random_flip, {random_hue: 0.1}]"], code: 78,
        says: "data.augment.1: random_hue needs red, green and blue, but the images have 1 channel"),
      FailureCase(
        "branches of different shapes",
        configuration: layers("parallel: [[dense: {units: 4}], [dense: {units: 5}]]"), code: 78,
        says: "bad.yaml:2:", "layer parallel_1", "branch 1 gives 4 but branch 2 gives 5"),
      FailureCase(
        "a kernel larger than its sequence",
        configuration: layers("{reshape: [2, 32]}, {conv1d: {filters: 2, kernel: 33}}, flatten"),
        code: 78,
        says: "layer conv_1", "the window of 33 is larger than its input 2×32"),
      FailureCase(
        "a recurrent layer without a sequence", configuration: layers("lstm: {units: 4}"), code: 78,
        says: "bad.yaml:2:", "layer lstm_1", "lstm needs a sequence [steps, features] but gets 64",
        "put `reshape` before it"),
      FailureCase(
        "ids beyond the vocabulary",
        configuration: layers("embedding: {vocabulary: 12, units: 2}, flatten"), code: 65,
        says: ": sample", "has the id", "from 0 to 11"),
      FailureCase(
        "an embedding of computed numbers",
        configuration: layers("dense: {units: 3}, embedding: {vocabulary: 12, units: 2}"), code: 78,
        says: "embedding_1", "put the embedding first"),
      FailureCase(
        "a second recurrent layer behind a last state",
        configuration: layers("{reshape: [8, 8]}, {gru: {units: 4}}, {simple_rnn: {units: 3}}"),
        code: 78, says: "layer simple_rnn_1", "but gets 4", "return_sequences: true"),
      FailureCase(
        "both ways of what has no direction",
        configuration: layers("{reshape: [8, 8]}, {bidirectional: {layer: {dense: {units: 4}}}}"),
        code: 78, says: "bad.yaml:2:", "recurrent layer \"dense\" is not known; known are lstm"),
      FailureCase(
        "a misspelt key",
        configuration: digits.replacing("learning_rate", with: "learning_rat"), code: 78,
        says: "bad.yaml:4:", "learning_rat ", "did you mean \"learning_rate\""),
      FailureCase(
        "a decay of 1",
        configuration: digits.replacing(
          "{sgd: {learning_rate: 0.1}}", with: "{adam: {beta2: 1}}"), code: 78,
        says: "bad.yaml:4:27: optimizer.adam.beta2 is \"1\"", "at least 0 and below 1"),
      FailureCase(
        "a negative rate", configuration: digits.replacing("rate: 0.1", with: "rate: -0.1"),
        code: 78, says: "bad.yaml:4:34: optimizer.sgd.learning_rate", "above 0"),
      FailureCase(
        "a variant that does not exist",
        configuration: digits.replacing(
          "{sgd: {learning_rate: 0.1}}", with: "{nadam: {variant: torch}}"), code: 78,
        says: "bad.yaml:4:", "optimizer.nadam.variant is \"torch\"", "book, keras or pytorch"),
      FailureCase(
        "Nesterov's RMSProp in a library's form",
        configuration: digits.replacing(
          "{sgd: {learning_rate: 0.1}}", with: "{rmsprop: {variant: keras, nesterov: true}}"),
        code: 78, says: "bad.yaml:4:", "optimizer.rmsprop.nesterov", "variant: book"),
      FailureCase(
        "a misspelt optimizer",
        configuration: digits.replacing("{sgd: {learning_rate: 0.1}}", with: "rmspropp"), code: 78,
        says: "bad.yaml:4:", "did you mean \"rmsprop\""),
      FailureCase(
        "dropout of everything",
        configuration: digits.replacing("[flatten", with: "[flatten, {dropout: 1}"), code: 78,
        says: "bad.yaml:2:", "model.1.dropout.rate is \"1\"", "below 1"),
      FailureCase(
        "an average that never moves", configuration: digits, set: ["average.ema=1"], code: 78,
        says: "average.ema", "below 1"),
      FailureCase(
        "channels where there are none",
        configuration: digits.replacing("[flatten", with: "[flatten, {spatial_dropout: 0.5}"),
        code: 78, says: "bad.yaml:2:", "spatial_dropout", "needs channels", "dropout"),
      FailureCase(
        "an orthogonal bias",
        configuration: digits.replacing(
          "units: 10", with: "units: 10, bias_initializer: orthogonal"),
        code: 78, says: "bad.yaml:2:", "output", "the bias can't be drawn", "two dimensions"),
      FailureCase(
        "bounds the wrong way round",
        configuration: digits.replacing(
          "units: 10", with: "units: 10, constraint: {min_max_norm: {min: 2, max: 1}}"),
        code: 78, says: "bad.yaml:2:", "min must not exceed max"),
      FailureCase(
        "a wrong type", configuration: digits.replacing("batch: 20", with: "batch: many"), code: 78,
        says: "bad.yaml:5:", "many"),
      FailureCase(
        "bad syntax", configuration: digits + "\n  [", code: 78, says: "bad.yaml:"),
      FailureCase("nothing at all", configuration: "", code: 78, says: "bad.yaml"),
      FailureCase("an alias bomb", configuration: aliasBomb, code: 78, says: "bad.yaml:"),
      FailureCase(
        "7 units for 10 classes", configuration: digits.replacing("units: 10", with: "units: 7"),
        code: 78, says: "bad.yaml:2:", "output", "7 outputs", "10 classes"),
      FailureCase(
        "layers that do not fit",
        configuration: digits.replacing(
          "[flatten", with: "[flatten, {conv2d: {filters: 2, kernel: 3}}"),
        code: 78, says: "bad.yaml:2:", "conv_1", "is 64"),
      FailureCase(
        "a kernel larger than its image",
        configuration: digits.replacing(
          "[flatten",
          with: "[{reshape: [1, 8, 8]}, {conv2d: {name: wide, filters: 2, kernel: 9}}, flatten"),
        code: 78, says: "bad.yaml:2:", "wide", "9"),
      FailureCase(
        "a batch larger than the data", configuration: digits, set: ["training.batch=101"],
        code: 78, says: "101", "100 samples"),
      FailureCase(
        "an unknown key to be set", configuration: digits, set: ["training.epoch=3"], code: 78,
        says: "--set", "did you mean \"epochs\""),
      FailureCase(
        "a malformed override", configuration: digits, set: ["training.epochs"], code: 64,
        says: "training.epochs"),
      FailureCase(
        "a cycle longer than the run",
        configuration: digits + "\nschedule: {cosine_restarts: {first: 2}}", code: 78,
        says: "bad.yaml:6:", "10 steps", "5 steps are left"),
      FailureCase(
        "a schedule to the unknown end of a run",
        configuration: digits.replacing("epochs: 1", with: "epochs: 1 minute")
          + "\nschedule: {warmup: 1, cosine: {}}", code: 78, says: "bad.yaml:6:", "set length"),
      FailureCase(
        "a plateau that nobody sees", configuration: digits + "\nschedule: reduce_on_plateau",
        code: 78, says: "bad.yaml:6:", "data.split.validation"),
      FailureCase(
        "a warm-up longer than the run", configuration: digits,
        set: ["schedule.warmup=5 steps"], code: 78, says: "--set", "warmup is 5 steps"),
      FailureCase(
        "more batches to an update than there are", configuration: digits,
        set: ["training.accumulate=6"], code: 78, says: "training.accumulate", "at most 5"),
      FailureCase(
        "two ways to clip",
        configuration: digits + "\nclip: {norm: 1, global_norm: 1}", code: 78,
        says: "bad.yaml:6:", "clip.norm", "clip.global_norm", "keep one"),
      FailureCase(
        "an absent configuration", configuration: digits, code: 66, says: "other.yaml"
      ).naming("other.yaml"),
      FailureCase(
        "a folder as configuration", configuration: digits, code: 66, says: "/tmp"
      ).naming("/tmp"),
    ]
  }
}

extension FailureCase {
  /// The same command with another configuration named.
  fileprivate func naming(_ configuration: String) -> FailureCase {
    var other = self
    other.arguments[0] = configuration
    return other
  }
}
