import Foundation
import Testing

@testable import Configuration

/// Misspelt keys and wrong values at every level of a file, each told with its place.
@Suite struct MisspelledKeyTests {
  private static let text = """
    seed: 7
    data:
      train: {format: csv, path: iris.csv, target: -1}
      split: {validation: 0.1}
      preprocess: [{divide: {by: 16}}]
    model:
      - conv2d: {filters: 4, kernel: 3}
      - max_pool2d: {size: 2}
      - residual:
          - dense: {units: 4, activation: {elu: {alpha: 1}}, initializer: {glorot_uniform: {}}}
      - dropout: {rate: 0.5}
      - relu: {derivative_at_zero: 0}
    objective: categorical_crossentropy
    metrics: [{top_k_accuracy: {k: 3}}]
    optimizer: {adam: {learning_rate: 0.1}}
    regularization: {l2: 0.1}
    training: {epochs: 3, batch: 16}
    evaluation: {batch: 16}
    parallel: {threads: 1}
    """

  @Test func theTextIsRightBefore() throws {
    _ = try load(MisspelledKeyTests.text)
  }

  /// What is misspelt, how, where the message puts it, and what it says.
  static let cases: [(String, String, Int, Int, String)] = [
    ("seed:", "sead:", 1, 1, "sead is not known; did you mean \"seed\"?"),
    ("train:", "trian:", 3, 3, "data.trian is not known; did you mean \"train\"?"),
    ("path:", "paht:", 3, 24, "data.train.paht is not known; did you mean \"path\"?"),
    ("format: csv", "format: cvs", 3, 19, "data.train.format is \"cvs\"; it must be idx, csv"),
    ("validation:", "validatoin:", 4, 11, "data.split.validatoin is not known"),
    (
      "divide:", "devide:", 5, 17,
      "preprocessing step \"devide\" is not known; did you mean \"divide\""
    ),
    ("by:", "buy:", 5, 26, "data.preprocess.0.divide.buy is not known; did you mean \"by\"?"),
    (
      "conv2d:", "conv3d:", 7, 5, "model.0: layer \"conv3d\" is not known; did you mean \"conv2d\"?"
    ),
    ("filters:", "filter:", 7, 14, "model.0.conv2d.filter is not known; did you mean \"filters\"?"),
    (
      "size:", "poolsize:", 8, 18,
      "model.1.max_pool2d.poolsize is not known; did you mean \"size\""
    ),
    (
      "units:", "unitz:", 10, 17,
      "model.2.residual.layers.0.dense.unitz is not known; did you mean \"units\"?"
    ),
    ("{elu:", "{ulu:", 10, 40, "activation \"ulu\" is not known; did you mean \"elu\"?"),
    ("alpha:", "alfa:", 10, 46, "dense.activation.elu.alfa is not known"),
    ("glorot_uniform:", "glorot_unifrom:", 10, 72, "initializer \"glorot_unifrom\" is not known"),
    ("rate: 0.5", "q: 0.5", 11, 15, "model.3.dropout.q is not known; known are name, rate"),
    ("derivative_at_zero", "derivative", 12, 12, "did you mean \"derivative_at_zero\"?"),
    ("l_crossentropy", "l_crosentropy", 13, 12, "did you mean \"categorical_crossentropy\"?"),
    ("top_k_accuracy", "top_k", 14, 12, "metric \"top_k\" is not known"),
    ("{k:", "{kk:", 14, 29, "metrics.0.top_k_accuracy.kk is not known"),
    ("{adam:", "{adm:", 15, 13, "optimizer \"adm\" is not known; did you mean \"adam\"?"),
    ("learning_rate", "lerning_rate", 15, 20, "did you mean \"learning_rate\"?"),
    ("l2:", "l3:", 16, 18, "regularization.l3 is not known"),
    ("epochs:", "epoch:", 17, 12, "training.epoch is not known; did you mean \"epochs\"?"),
    ("evaluation: {batch", "evaluation: {bach", 18, 14, "evaluation.bach is not known"),
    ("threads:", "thread:", 19, 12, "parallel.thread is not known; did you mean \"threads\"?"),
  ]

  @Test(arguments: cases.indices)
  func misspeltNamesAreToldWithTheirPlace(index: Int) throws {
    let (right, wrong, line, column, message) = MisspelledKeyTests.cases[index]
    let text = MisspelledKeyTests.text
    let range = try #require(text.range(of: right), "\(right)")
    let error = failure(text.replacingCharacters(in: range, with: wrong))
    #expect(error.kind == .badConfiguration)
    #expect(error.position == .file("a.yaml", line: line, column: column), "\(error)")
    #expect(error.message.contains(message), "\(error)")
  }

  /// A value, a wrong one in its place, and what the message says.
  static let values: [(String, String, String)] = [
    ("seed: 7", "seed: -1", "seed is \"-1\"; it must be an integer from 0 to "),
    ("seed: 7", "seed: \"7\"", "(a number is written without quotes)"),
    ("seed: 7", "seed: 99999999999999999999", "seed is"),
    ("seed: 7", "seed: 1.5", "it must be an integer"),
    (
      "filters: 4", "filters: 0",
      "model.0.conv2d.filters is \"0\"; it must be an integer from 1 to "
    ),
    ("filters: 4, ", "", "model.0.conv2d.filters is missing; give an integer from 1 to "),
    (
      "kernel: 3", "kernel: [3]",
      "kernel is a list; it must be an integer from 1 to 32768, or [height"
    ),
    ("kernel: 3", "kernel: 3, padding: full", "padding is \"full\"; it must be valid, same"),
    ("kernel: 3", "kernel: 3, stride: [0, 1]", "stride is a list"),
    ("kernel: 3", "kernel: 3, use_bias: yes", "use_bias is \"yes\"; it must be true or false"),
    ("kernel: 3", "kernel: 3, l1: -0.1", "l1 is \"-0.1\"; it must be a number, at least 0"),
    ("kernel: 3", "kernel: 3, name: a.b", "name is \"a.b\"; it must be a name of letters"),
    ("rate: 0.5", "rate: 1", "rate is \"1\"; it must be a number, at least 0 and below 1"),
    ("rate: 0.5", "rate: .nan", "it must be a number, at least 0 and below 1"),
    ("rate: 0.5", "rate: half", "rate is \"half\""),
    ("learning_rate: 0.1", "learning_rate: 0", "it must be a number above 0"),
    ("learning_rate: 0.1", "learning_rate: .inf", "it must be a number above 0"),
    ("learning_rate: 0.1", "learning_rate: 1e99", "it must be a number above 0"),
    (
      "learning_rate: 0.1", "beta1: 1.0",
      "beta1 is \"1.0\"; it must be a number, at least 0 and below"
    ),
    ("epochs: 3", "epochs: 0", "training.epochs is \"0\"; it must be a number of epochs"),
    ("epochs: 3", "epochs: 3 days", "training.epochs is \"3 days\""),
    ("batch: 16}\nevaluation", "batch: all}\nevaluation", "training.batch is \"all\""),
    ("threads: 1", "threads: [1]", "parallel.threads is a list; it must be an integer from 1 to "),
    ("{threads: 1}", "1", "parallel is \"1\"; it must be a section"),
    (
      "[{top_k_accuracy: {k: 3}}]", "accuracy",
      "metrics is \"accuracy\"; it must be a list of metrics"
    ),
    ("[{top_k_accuracy: {k: 3}}]", "[msd]", "metric \"msd\" is not known"),
    ("[{top_k_accuracy: {k: 3}}]", "[accuracy, accuracy]", "again; name each metric once"),
    ("{adam: {learning_rate: 0.1}}", "[adam]", "optimizer is a list; it must be the name of an"),
    ("{adam: {learning_rate: 0.1}}", "{}", "optimizer is a section; it must be the name of an"),
    ("{adam: {learning_rate: 0.1}}", "{adam: 3}", "optimizer.adam is \"3\"; it must be a section"),
    (
      "validation: 0.1", "validation: 0.6, test: 0.4",
      "less than all must go to validation and test"
    ),
    ("{threads: 1}", "{threads: 1}\ncheckpoints: 0", "checkpoints.every is \"0\""),
    ("{threads: 1}", "{threads: 1}\ncheckpoints: {keep: 0}", "checkpoints.keep is \"0\""),
    ("{threads: 1}", "{threads: 1}\ncheckpoints: {by: f1}", "checkpoints.by is \"f1\"; it must"),
    ("epochs: 3", "time_limit: 10", "training.time_limit is \"10\"; it must be a duration"),
    (
      "{threads: 1}", "{threads: 1, lockstep: {every: -1}}",
      "parallel.lockstep.every is \"-1\"; it must be an integer from 0 to "
    ),
    (
      "{threads: 1}", "{threads: 1, bucket: 0.01}",
      "parallel.bucket is \"0.01\"; it must be a number, at least 0.0625, or auto"
    ),
    ("{threads: 1}", "{threads: 1}\ncallbacks: {}", "callbacks is not known; write early_stopping"),
    ("- dropout: {rate: 0.5}", "- embedding: {units: 3}", "embedding.vocabulary is missing"),
    (
      "- dropout: {rate: 0.5}", "- batch_normalization: {synchronized: all}",
      "batch_normalization.synchronized is \"all\"; it must be true or false"
    ),
    (
      "- dropout: {rate: 0.5}", "- parallel: {branches: [[relu]], merge: max}",
      "parallel.merge is \"max\"; it must be sum, concatenate, concatenate_features, mean or product"
    ),
    (
      "- dropout: {rate: 0.5}", "- repeat: {times: 0, layers: [relu]}",
      "repeat.times is \"0\"; it must be an integer from 1 to "
    ),
  ]

  @Test(arguments: values.indices)
  func wrongValuesAreTold(index: Int) throws {
    let (right, wrong, message) = MisspelledKeyTests.values[index]
    let text = MisspelledKeyTests.text
    let range = try #require(text.range(of: right), "\(right)")
    let error = failure(text.replacingCharacters(in: range, with: wrong))
    #expect(error.kind == .badConfiguration)
    guard case .file("a.yaml", _, _) = error.position else {
      Issue.record("no place: \(error)")
      return
    }
    #expect(error.message.contains(message), "\(error)")
  }

  @Test func twoMethodsInOneEntryAreRefused() {
    let error = failure(smallText, ["optimizer={adam: {}, sgd: {}}"])
    #expect(error.message.contains("names \"adam\" and \"sgd\""))
  }

  @Test(arguments: ["data", "model", "objective", "optimizer"])
  func whatIsNeededIsTold(key: String) {
    let error = failure(smallText, ["\(key)=null"])
    #expect(error.message.hasPrefix("\(key) is missing; give "), "\(error)")
  }

  @Test func anEmptyModelIsRefused() {
    #expect(failure(smallText, ["model=[]"]).message.contains("a list of at least one layer"))
  }
}
