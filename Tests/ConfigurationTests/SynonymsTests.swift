import Testing

@testable import Configuration

/// Words of Keras and PyTorch, and former names: read as the names used here, or answered.
@Suite struct SynonymsTests {
  /// A configuration in nntrain's own names.
  private static let text = """
    data: {train: {format: csv, path: iris.csv, target: -1}, preprocess: [standardize]}
    model:
      - embedding: {vocabulary: 9, units: 4, initializer: random_uniform}
      - reshape: [1, 8, 8]
      - conv2d: {filters: 4, kernel: 3, stride: 2, dilation: 1, initializer: he_normal}
      - max_pool2d: {size: 2}
      - batch_normalization: {epsilon: 0.01}
      - dropout: {rate: 0.5}
      - dense: {units: 4, use_bias: false, initializer: glorot_normal, activation: linear}
      - simple_rnn: {units: 3}
    objective: mean_squared_error
    reduction: weights
    metrics: [mean_absolute_error]
    optimizer: {adam: {learning_rate: 0.1, beta1: 0.8, beta2: 0.9}}
    schedule: {cosine: {}}
    training: {batch: 16}
    early_stopping: {patience: 2, restore_best: false, start_from: 3}
    """

  /// What stands in the text, and other words for the same.
  static let cases: [(String, [String])] = [
    ("objective: mean", ["loss: mean"]),
    ("mean_squared_error\n", ["MeanSquaredError\n", "MSELoss\n", "mse\n"]),
    ("reduction:", ["normalize:"]),
    ("batch: 16", ["batch_size: 16"]),
    ("learning_rate:", ["lr:"]),
    ("{adam:", ["{Adam:"]),
    ("beta1: 0.8, beta2:", ["beta_1: 0.8, beta_2:"]),
    ("conv2d:", ["Conv2D:", "Conv2d:"]),
    ("filters: 4, kernel:", ["out_channels: 4, kernel_size:", "filters: 4, kernel_size:"]),
    ("stride:", ["strides:"]),
    ("dilation:", ["dilation_rate:"]),
    ("initializer: he_normal", ["kernel_initializer: HeNormal", "initializer: kaiming_normal"]),
    ("initializer: glorot_normal", ["kernel_initializer: xavier_normal"]),
    ("max_pool2d: {size:", ["MaxPooling2D: {pool_size:", "MaxPool2d: {kernel_size:"]),
    ("batch_normalization: {epsilon", ["BatchNormalization: {epsilon", "batchnorm: {eps"]),
    ("dropout: {rate:", ["Dropout: {p:"]),
    ("dense: {units: 4, use_bias:", ["Dense: {units: 4, bias:", "dense: {out_features: 4, bias:"]),
    ("vocabulary: 9, units: 4", ["input_dim: 9, output_dim: 4"]),
    ("vocabulary: 9, units: 4", ["num_embeddings: 9, embedding_dim: 4"]),
    ("initializer: random_uniform", ["embeddings_initializer: uniform"]),
    ("simple_rnn: {units:", ["RNN: {hidden_size:", "SimpleRNN: {units:"]),
    ("simple_rnn: {units: 3}", ["simple_rnn: 3"]),
    ("activation: linear", ["activation: identity", "activation: Linear"]),
    ("[mean_absolute_error]", ["[MAE]", "[mae]"]),
    ("[standardize]", ["[StandardScaler]"]),
    ("{cosine: {}}", ["CosineAnnealingLR", "{cosine_decay: {}}"]),
    ("restore_best: false, start_from:", ["restore_best_weights: false, start_from_epoch:"]),
  ]

  @Test(arguments: cases.indices)
  func wordsOfTheSameMeaningAreRead(index: Int) throws {
    let (own, others) = SynonymsTests.cases[index]
    let text = SynonymsTests.text
    let range = try #require(text.range(of: own), "\(own)")
    let expected = try load(text).resolvedText
    for other in others {
      let changed = text.replacingCharacters(in: range, with: other)
      do {
        #expect(try load(changed).resolvedText == expected, "\(other)")
      } catch {
        Issue.record("\(other): \(error)")
      }
    }
  }

  @Test func formerNamesOfStreamsAreRead() throws {
    let former = "data={train: {path: a.csv}, follow: {folder: in, settle: 2, round: 7}}"
    let present =
      "data={train: {path: a.csv}, stream: {folder: in, quiet_seconds: 2, log_every: 7}}"
    let text = try load(smallText, former).resolvedText
    #expect(text == (try load(smallText, present).resolvedText))
    #expect(text.contains("quiet_seconds: 2") && !text.contains("settle"))
    #expect(try load(smallText, present, "data.stream.round=9").data.stream?.logEvery == 9)
  }

  @Test func overridesKnowTheWordsToo() throws {
    #expect(try load(smallText, "optimizer.lr=0.5").optimizer.learningRate == 0.5)
    #expect(try load(smallText, "training.batch_size=4").training.batch == .samples(4))
    #expect(try load(smallText, "optimizer=RMSprop").optimizer.name == "rmsprop")
    #expect(try load(smallText, "optimizer.RMSprop.lr=0.5").optimizer.learningRate == 0.5)
    #expect(
      try load(smallText, "model.1.Dense.units=5").resolvedText
        == load(smallText, "model.1.units=5").resolvedText)
  }

  @Test func layersWithOneMainSettingAreWrittenShort() throws {
    #expect(
      try load(smallText, "model.1={dense: 6}").resolvedText
        == load(smallText, "model.1={dense: {units: 6}}").resolvedText)
  }

  @Test func bothWordsForOneKeyAreRefused() {
    let error = failure(smallText, ["training={batch: 4, batch_size: 8}"])
    #expect(error.message.contains("training.batch_size means batch, which is given as well"))
  }

  /// A key where it does not belong, and what the message says.
  static let misplaced: [(String, String)] = [
    ("epochs=3", "epochs is not known; it belongs elsewhere: write training.epochs"),
    ("batch=3", "write training.batch or evaluation.batch"),
    ("batch_size=3", "write training.batch or evaluation.batch"),
    ("patience=3", "write early_stopping.patience"),
    ("learning_rate=0.1", "it is a setting of the optimizer"),
    ("lr=0.1", "it is a setting of the optimizer"),
    ("training.validation_split=0.1", "write data: {split: {validation: 0.1}}"),
    ("model.1.dense.input_dim=3", "the shape of the input follows from the data"),
    ("model.1.dense.kernel_regularizer=0.1", "write l1 or l2"),
    ("optimizer={adam: {betas: [0.9, 0.99]}}", "write beta1 and beta2"),
    ("optimizer={sgd: {momentum: 0.9}}", "optimizer: {momentum: {momentum: 0.9}}"),
    ("objective=cross_entropy", "write categorical_crossentropy for classes"),
    ("objective=CrossEntropyLoss", "write categorical_crossentropy for classes"),
    ("model.1=Linear", "PyTorch's Linear is dense here"),
    ("metrics=[perplexity]", "bits_per_character"),
    ("data={source: digits, preprocess: [{rescale: 0.004}]}", "write divide: 255"),
    ("threads=2", "write parallel.threads"),
  ]

  @Test(arguments: misplaced.indices)
  func wordsOfAnotherPlaceOrMeaningAreAnswered(index: Int) {
    let (change, words) = SynonymsTests.misplaced[index]
    let error = failure(smallText, [change])
    #expect(error.kind == .badConfiguration && error.message.contains(words), "\(error)")
  }

  /// Whatever a table of synonyms names exists, and no synonym hides a name.
  @Test func synonymsNameWhatExists() {
    var keys: Set<String> = []
    var choices: [String: ChoiceGrammar] = [:]
    func collect(_ grammar: Grammar) {
      switch grammar {
      case .scalar: return
      case .list(let list): collect(list.element())
      case .section(let section):
        keys.formUnion(section.fields.map(\.key))
        section.fields.forEach { collect($0.grammar()) }
      case .choice(let choice):
        guard choices[choice.noun] == nil else { return }
        choices[choice.noun] = choice
        choice.methods.forEach { collect(.section($0.settings)) }
      }
    }
    collect(RunConfiguration.grammar)
    for (word, meanings) in Synonyms.keys {
      #expect(meanings.allSatisfy(keys.contains), "\(word)")
    }
    for (noun, words) in Synonyms.methods {
      for (word, name) in words {
        #expect(choices[noun]?.method(word)?.names[0] == name, "\(noun) \(word)")
        #expect(Synonyms.folded(word) == word, "\(word)")
      }
    }
    for answer in Guidance.all where answer.isMethod {
      let choice = choices[answer.place ?? ""]
      #expect(choice != nil && choice?.method(answer.word) == nil, "\(answer)")
    }
  }
}
