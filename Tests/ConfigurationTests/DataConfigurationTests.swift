import Testing

@testable import Configuration

@Suite struct DataConfigurationTests {
  private func data(_ text: String) throws -> DataConfiguration {
    try load(smallText, "data=\(text)").data
  }

  @Test func digitsAreNamedAlone() throws {
    for text in ["digits", "{source: digits}", "{source: digits, root: x}", "{train: digits}"] {
      #expect(try data(text).train.format == .digits)
    }
  }

  @Test func randomDataAreDescribed() throws {
    let text = "{source: synthetic, shape: [64], classes: 10, count: 32768, seed: 3}"
    let train = try data(text).train
    #expect(train.format == .synthetic)
    #expect(train.shape == [64] && train.classes == 10 && train.count == 32768 && train.seed == 3)
  }

  @Test(arguments: [
    ("a.csv", "path", SourceConfiguration.Format.csv), ("a.CSV.gz", "path", .csv),
    ("x/a.npz", "path", .npz), ("data_batch_1.bin", "path", .cifar10),
    ("a.bin.gz", "path", .cifar10), ("a.txt.gz", "length: 9, path", .text),
  ])
  func suffixesTellTheFormat(file: String, key: String, format: SourceConfiguration.Format) throws {
    #expect(try data("{train: {\(key): \(file)}}").train.format == format)
  }

  @Test("a text is split in its order, and its characters are no quantities")
  func texts() throws {
    let split = try data("{train: {path: a.txt, length: 20}, split: {test: 0.1}}").split
    #expect(split.order == .sequential)
    let train = "train: {path: a.txt, length: 20}"
    for (text, words) in [
      ("{train: {path: a.txt}}", "length is missing"),
      ("{\(train), split: {test: 0.1, order: random}}", "split.order is random"),
      ("{\(train), preprocess: [standardize]}", "preprocess does not go with a text"),
      ("{\(train), class_weights: balanced}", "class_weights does not go with a text"),
      ("{train: {path: a.csv, length: 20}}", "length does not belong to the format csv"),
    ] {
      #expect(failure(smallText, ["data=\(text)"]).description.contains(words))
    }
  }

  @Test func suffixesOfArraysTellTheFormat() throws {
    #expect(try data("{train: {inputs: x.npy, targets: y.npy}}").train.format == .npy)
    #expect(
      try data("{train: {inputs: a-idx3-ubyte.gz, targets: a-idx1-ubyte.gz}}").train.format == .idx)
  }

  @Test func namesLieBelowTheRoot() throws {
    var data = try data("digits")
    data.root = "/data"
    #expect(data.path("mnist/x") == "/data/mnist/x")
    #expect(data.path("/abs") == "/abs")
    data.root = nil
    #expect(data.path("mnist/x") == "mnist/x")
  }

  @Test func takeShortensTheTrainingSource() throws {
    #expect(try data("{source: digits, take: 500}").train.take == 500)
    #expect(try data("{train: {path: a.csv}, take: 500}").train.take == 500)
    #expect(try data("{train: {path: a.csv, take: 7}}").train.take == 7)
  }

  @Test func anEmptyListOfAugmentationsIsAccepted() throws {
    _ = try data("{source: digits, augment: []}")
  }

  @Test(arguments: [
    (
      "{source: digits, augment: [flip]}",
      "augmentation \"flip\" is not known; did you mean \"random_flip\""
    ),
    (
      "{source: digits, augment: [{random_rotation: 1.5}]}",
      "data.augment.0.random_rotation.factor is \"1.5\"; it must be f for -f to f, from 0 to 1, or"
        + " [low, high], each a number, at least -1 and at most 1"
    ),
    ("{source: digits, augment: [{random_rotation: -0.1}]}", "factor is \"-0.1\""),
    ("{source: digits, augment: [{random_rotation: [0.2, 0.1]}]}", "factor is a list"),
    ("{source: digits, augment: [{random_zoom: 1}]}", "from 0 to below 1"),
    ("{source: digits, augment: [{random_zoom: [-1, 0]}]}", "each a number above -1"),
    ("{source: digits, augment: [random_translation]}", "moves nothing; give height_factor or"),
    ("{source: digits, augment: [{random_shear: {x_factor: 0}}]}", "slants nothing"),
    ("{source: digits, augment: [{random_hue: [-0.1, 0.1]}]}", "f for 0 to f"),
    ("{source: digits, augment: [{random_contrast: [0.1, 1.1]}]}", "or two of them"),
    ("{source: digits, augment: [{random_crop: -1}]}", "an integer from 0 to "),
    ("{source: digits, augment: [{random_erasing: {scale: 0}}]}", "scale is \"0\""),
    (
      "{source: digits, augment: [{random_brightness: {factor: 0.1, value_range: [1, 0]}}]}",
      "is smaller"
    ),
    ("{source: digits, augment: [{mix_up: 0}]}", "alpha is \"0\""),
    ("{source: digits, augment: [{random_flip: left}]}", "horizontal, vertical or"),
    (
      "{source: digits, augment: [{random_flip: {mode: vertical, fill_mode: wrap}}]}",
      "fill_mode is not known"
    ),
    ("{split: {test: 0.1}}", "data.train is missing"),
    ("{source: csv}", "data.source is \"csv\"; it must be digits or synthetic"),
    ("{source: digitz}", "data.source is \"digitz\""),
    ("{source: digits, train: {path: a.csv}}", "data.source and data.train exclude each other"),
    ("{train: {path: a.csv}, shape: [3]}", "data.shape and data.train exclude each other"),
    ("{source: synthetic, classes: 3}", "data.shape is missing; the format synthetic needs"),
    ("{source: digits, classes: 3}", "data.classes does not belong to the format digits"),
    ("{source: synthetic, shape: [3], count: 9}", "needs either classes or values"),
    ("{train: {path: a}}", "data.train.format is missing and no suffix tells it"),
    ("{train: {path: a.csv, inputs: b}}", "data.train.inputs is one name; for csv it is several"),
    ("{train: {path: [a.csv, b.csv]}}", "data.train.path names 2 files"),
    ("{train: {format: idx, inputs: a}}", "data.train.targets is missing; the format idx needs"),
    ("{train: {path: a.csv, separator: ab}}", "separator is \"ab\"; it must be one ASCII"),
    ("{train: {path: a.csv, target: []}}", "target is an empty list; it must be the name or"),
    ("{train: {path: a.csv, take: 0}}", "take is \"0\"; it must be an integer from 1 to "),
    ("{train: {path: a.csv}, test: {path: b.csv}, split: {test: 0.1}}", "exclude each other"),
    ("{train: {path: a.csv}, test: {format: cvs}}", "data.test.format is \"cvs\""),
    ("{source: digits, split: {test: 1}}", "data.split.test is \"1\"; it must be a number, at"),
    ("{source: digits, split: {order: time}}", "it must be random or sequential"),
    ("{source: digits, preprocess: [divide]}", "data.preprocess.0.divide.by is missing"),
    ("{source: digits, preprocess: [{divide: 0}]}", "it must be a number above 0"),
    ("{source: digits, preprocess: standardize}", "it must be a list of preprocessing steps"),
  ])
  func badDataAreTold(text: String, message: String) {
    let error = failure(smallText, ["data=\(text)"])
    #expect(error.kind == .badConfiguration)
    #expect(error.message.contains(message), "\(error)")
  }
}
