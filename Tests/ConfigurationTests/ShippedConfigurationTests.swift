import Datasets
import Foundation
import Tensors
import Testing

@testable import Configuration

/// The experiments in `configs/`.
@Suite struct ShippedConfigurationTests {
  static let names = [
    "abalone-regression", "adult-online", "airline-passengers", "breast-cancer-binary",
    "cifar-resnet20",
    "cifar-snapshots", "digits",
    "digits-adaboost", "digits-residual", "greedy-supervised", "iris", "mnist-cnn",
    "mnist-cnn-augmented", "mnist-dbn", "mnist-dbn-samples", "mnist-ensemble", "mnist-mlp",
    "mnist-rbm", "mnist-rows-lstm", "mnist-snapshots", "shakespeare-char",
  ]

  @Test func theListIsComplete() throws {
    let folder = Repository.root.appendingPathComponent("configs").path
    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(
      files.filter { $0.hasSuffix(".yaml") }.sorted()
        == ShippedConfigurationTests.names.map { "\($0).yaml" }.sorted())
  }

  @Test(arguments: names)
  func eachOneLoads(name: String) throws {
    let path = Repository.root.appendingPathComponent("configs/\(name).yaml").path
    let run = try ConfigurationLoader.load(
      path: path, overrides: ["data.root=/data"], environment: ["NNTRAIN_DATA": "/elsewhere"])
    #expect(run.name == name)
    #expect(run.data.path("absent.csv") == "/data/absent.csv")
    #expect(!run.model.layers.isEmpty)
    let again = try load(run.resolvedText)
    #expect(again.canonicalText == run.canonicalText)
  }

  @Test(arguments: names)
  func eachOneTellsWhatItShows(name: String) throws {
    let text = try Repository.text("configs/\(name).yaml")
    #expect(text.hasPrefix("# yaml-language-server: $schema=schema.json\n"))
    #expect(text.contains("\n# Reaches: "))
  }

  @Test("ten layers whose gradient vanishes, and three repairs: the rest is the same")
  func vanishingGradient() throws {
    let folder = Repository.root.appendingPathComponent("configs/vanishing-gradient").path
    let names = ["initialization", "relu", "residual", "sigmoid"]
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        == names.map { "\($0).yaml" })
    let runs = try names.map { try ConfigurationLoader.load(path: "\(folder)/\($0).yaml") }
    for run in runs {
      #expect(try load(run.resolvedText).canonicalText == run.canonicalText)
      let differences = runs[3].differences(from: run).map(\.key)
      #expect(
        differences.allSatisfy { $0 == "name" || $0.hasPrefix("model") }, "\(differences)")
    }
  }

  @Test func theBuiltInExperimentIsTheShippedOne() throws {
    #expect(try Repository.text("configs/digits.yaml") == BuiltInExperiment.digits)
  }

  /// What the training source of each experiment holds: samples, numbers per sample, and targets.
  static let contents: [(String, Int, [Int], Int)] = [
    ("abalone-regression", 4177, [10], 0), ("breast-cancer-binary", 699, [9], 2),
    ("digits", 1797, [1, 8, 8], 10), ("iris", 150, [4], 3), ("mnist-cnn", 60_000, [1, 28, 28], 10),
    ("cifar-resnet20", 10_000, [3, 32, 32], 10),
  ]

  @Test(arguments: contents.indices)
  func theirDataOpen(index: Int) throws {
    let (name, count, shape, classes) = ShippedConfigurationTests.contents[index]
    let path = Repository.root.appendingPathComponent("configs/\(name).yaml").path
    let folder = try #require(
      Repository.data,
      "set NNTRAIN_DATA to the folder that holds csv/ and mnist/, or lay it at ../shared/data")
    let run = try ConfigurationLoader.load(path: path, environment: ["NNTRAIN_DATA": folder])
    let source = try run.spec(of: run.data.train).open()
    #expect(source.count == count)
    #expect(source.targets.classNames?.count ?? 0 == classes)
    let key = RandomKey(low: 1, high: 2)
    let split = Split(
      validation: run.data.split.validation, test: run.data.split.test,
      order: run.data.split.order, key: key)
    let parts = try split.parts(of: source)
    let prepared = try Preprocessing(fitting: run.data.preprocess, to: parts.train)
    #expect(prepared.outputShape == shape)
  }
}
