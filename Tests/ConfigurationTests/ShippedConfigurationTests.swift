import Foundation
import Testing

@testable import Configuration

/// The experiments in `configs/`.
@Suite struct ShippedConfigurationTests {
  static let names = [
    "abalone-regression", "breast-cancer-binary", "digits", "iris", "mnist-cnn", "mnist-mlp",
  ]

  @Test func theListIsComplete() throws {
    let folder = Repository.root.appendingPathComponent("configs").path
    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(
      files.filter { $0.hasSuffix(".yaml") }.sorted()
        == ShippedConfigurationTests.names.map { "\($0).yaml" })
  }

  @Test(arguments: names)
  func eachOneLoads(name: String) throws {
    let path = Repository.root.appendingPathComponent("configs/\(name).yaml").path
    let run = try ConfigurationLoader.load(path: path, environment: ["NNTRAIN_DATA": "/data"])
    #expect(run.name == name)
    #expect(run.data.root == "/data")
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

  @Test func theBuiltInExperimentIsTheShippedOne() throws {
    #expect(try Repository.text("configs/digits.yaml") == BuiltInExperiment.digits)
  }
}
