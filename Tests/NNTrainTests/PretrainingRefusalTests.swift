import Testing
import _TestSupport

extension FailingEndToEnd {
  /// Pretraining that can't be, told before anything is trained.
  @Suite struct PretrainingRefusalTests {
    @Test("what can't be pretrained is told, by training and by checking", arguments: batches)
    func refuses(batch: FailureBatch) throws {
      try FailureCase.check(batch.cases, ranks: [nil])
    }

    @Test("on several ranks one message tells of it")
    func refusesTogether() throws {
      try FailureCase.check([PretrainingRefusalTests.wrong[0]], ranks: [3])
      try FailureCase.check(
        [
          FailureCase(
            "a batch of fewer samples than ranks", configuration: Self.whole("{batch: 4}"),
            code: 78,
            says: "stage 3 (up-down): 6 ranks are more than the 4 shards",
            "(pretraining.dbn.up_down.batch is 4)", "at most 4 ranks")
        ], ranks: [6])
    }

    private static let batches = FailureBatch.of(
      wrong + settings + (wrong.prefix(3) + [settings[0], settings[5]]).map(checked))

    /// The same, found by `nntrain check`.
    private static func checked(_ failure: FailureCase) -> FailureCase {
      var failure = failure
      failure.testDescription += ", checked"
      failure.arguments =
        ["check", "bad.yaml"] + failure.arguments.drop { $0 != "--set" }
      return failure
    }

    private static func digits(_ pretraining: String, preprocess: String = "[{divide: 16}]")
      -> String
    {
      EndToEnd.PretrainingRunTests.digits(pretraining, preprocess: preprocess)
        .replacing(", shards: 8", with: "")
    }

    /// What is wrong with the settings of a stage, or with the layers that it is for.
    private static let settings: [FailureCase] = [
      FailureCase(
        "more samples in a batch of the last stage than there are",
        configuration: whole("{batch: 100000}"), code: 78,
        says: "stage 3 (up-down): pretraining.dbn.up_down.batch is 100000", "only 104 samples"),
      FailureCase(
        "the same, of the first stage", configuration: digits("{rbm: {batch: 105}}"), code: 78,
        says: "stage 1 (rbm): pretraining.rbm.batch is 105", "only 104 samples"),
      FailureCase(
        "a stage without an end", configuration: whole("{epochs: unlimited}"), code: 78,
        says: "stage 3 (up-down): pretraining.dbn.up_down.epochs is unlimited",
        "have an end; give a number"),
      FailureCase(
        "nothing to watch", configuration: whole("{schedule: reduce_on_plateau}"),
        set: ["data.split={}"], code: 78,
        says: "bad.yaml:",
        "stage 3 (up-down): pretraining.dbn.up_down.schedule (reduce_on_plateau)",
        "data.split.validation"),
      FailureCase(
        "a schedule that doesn't fit a stage",
        configuration: digits("{greedy_supervised: {epochs: 1, schedule: {warmup: 9}}}"), code: 78,
        says: "stage 1 (layer): pretraining.greedy_supervised.schedule (constant): warmup is 9"),
      FailureCase(
        "a layer that would lose its machine's biases",
        configuration: digits("dbn").replacing(
          "name: middle", with: "name: middle, use_bias: false"),
        code: 78, says: "pretraining.dbn: the layer middle has `use_bias: false`"),
      FailureCase(
        "members with stages before them", configuration: digits("rbm"),
        set: ["ensemble={members: 2}"], code: 78, says: "leave pretraining or the ensemble out"),
    ]

    private static func whole(_ upDown: String) -> String {
      digits("{dbn: {epochs: 1, batch: 30, up_down: \(upDown)}}")
    }

    private static let wrong: [FailureCase] = [
      FailureCase(
        "data beyond 1", configuration: digits("rbm", preprocess: "[]"), code: 65,
        says: "training sample 0", "Bernoulli units take data from 0 to 1", "visible: gaussian"),
      FailureCase(
        "sizes that do not chain", configuration: digits("{dbn: {layers: [12, 10]}}"), code: 78,
        says: "pretraining.dbn.layers is [12, 10]", "have [12, 9]"),
      FailureCase(
        "one machine that is to be trained as a whole",
        configuration: digits("{dbn: {layers: 12, up_down: {}}}"), code: 78,
        says: "pretraining.dbn.up_down", "the network has one machine"),
      FailureCase(
        "units that are no sigmoids",
        configuration: digits("rbm").replacing(
          "12, activation: sigmoid", with: "12, activation: relu"),
        code: 78, says: "pretraining.rbm", "no hidden dense layer of sigmoid units", "dense_1"),
      FailureCase(
        "nothing left of the inputs",
        configuration: digits("{denoising_autoencoders: {corruption: 1}}"), code: 78,
        says: "denoising_autoencoders.corruption", "below 1"),
      FailureCase(
        "chains of means",
        configuration: digits("{rbm: {persistent: true, sample_visible: false}}"), code: 78,
        says: "rbm.sample_visible", "leave one of the two out"),
      FailureCase(
        "two sources of first values", configuration: digits("rbm"),
        set: ["initialize_from=a.safetensors"], code: 78, says: "initialize_from and pretraining"),
    ]
  }
}
