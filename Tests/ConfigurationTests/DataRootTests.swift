import Datasets
import Foundation
import Testing
import _TestSupport

@testable import Configuration

@Suite struct DataRootTests {
  private func root(
    _ data: String, overrides: [String] = [], environment: [String: String] = [:],
    folder: String? = "/configs"
  ) throws -> String? {
    let text = smallText.replacing("data: digits", with: "data: \(data)")
    return try ConfigurationLoader.load(
      text: text, source: "a.yaml", name: "a", folder: folder, overrides: overrides,
      environment: environment
    ).data.root
  }

  private var here: String { FileManager.default.currentDirectoryPath }
  private let written = "{source: digits, root: sets}"

  @Test func theFilesFolderIsTheLastResort() throws {
    #expect(try root("digits") == "/configs")
    #expect(try root("digits", folder: nil) == nil)
  }

  @Test func theFilesOwnRootIsRelativeToTheFile() throws {
    #expect(try root(written) == "/configs/sets")
    #expect(try root("{source: digits, root: ../data}") == "/configs/../data")
    #expect(try root("{source: digits, root: .}") == "/configs")
    #expect(try root("{source: digits, root: /data}") == "/data")
  }

  @Test func theCommandLineGoesBeforeTheFile() throws {
    let environment = ["NNTRAIN_DATA": "/elsewhere"]
    #expect(try root(written, environment: environment) == "/configs/sets")
    #expect(try root(written, overrides: ["data.root=/set"], environment: environment) == "/set")
    #expect(
      try root(written, overrides: ["data.root=./set"], environment: environment) == here + "/set")
    #expect(try root(written, overrides: ["data.root=."], environment: environment) == here)
  }

  @Test func theEnvironmentIsTheLastResort() throws {
    #expect(
      try root("digits", environment: ["NNTRAIN_DATA": "/elsewhere"], folder: nil) == "/elsewhere")
    #expect(try root("digits", environment: ["NNTRAIN_DATA": "sub"], folder: nil) == here + "/sub")
    #expect(try root("digits", environment: ["NNTRAIN_DATA": ""]) == "/configs")
  }

  @Test func theFirstFolderThatHasTheFileIsTaken() throws {
    try withTemporaryFolder { folder in
      for place in ["set", "own", "configs", "data"] { try folder.write("", to: place + "/other") }
      func load(_ text: String = "{root: ../own, train: {path: t.csv}}") throws -> DataConfiguration
      {
        try ConfigurationLoader.load(
          text: smallText.replacing("data: digits", with: "data: \(text)"), source: "a.yaml",
          name: "a", folder: folder.path("configs"), overrides: ["data.root=\(folder.path("set"))"],
          environment: ["NNTRAIN_DATA": folder.path("data")]
        ).data
      }
      // In none of them, all are named.
      let absent = try #require(throws: DatasetError.self) { try load().requireFiles() }
      #expect(absent.kind == .unreadable)
      for place in ["set", "configs/../own", "configs", "data"] {
        #expect(absent.description.contains(folder.path(place)), "\(absent)")
      }
      #expect(!absent.description.contains("MNIST"))
      let mnist =
        "{train: {inputs: mnist/train-images-idx3-ubyte, targets: mnist/train-labels-idx1-ubyte}}"
      let digits = try #require(throws: DatasetError.self) { try load(mnist).requireFiles() }
      #expect(digits.description.contains("https://ossci-datasets.s3.amazonaws.com/mnist/"))
      // From the last to the first: whichever has it goes before those behind it.
      for place in ["data", "configs", "configs/../own", "set"] {
        try folder.write("1,2\n", to: place + "/t.csv")
        let data = try load()
        try data.requireFiles()
        #expect(data.path("t.csv") == folder.path(place + "/t.csv"))
        #expect(data.root == folder.path(place))
      }
      #expect(try load().path("/t.csv") == "/t.csv")
    }
  }

  @Test func aRootThatIsNoTextIsRefused() {
    let error = failure(smallText, ["data.root=[a]"])
    #expect(error.message == "data.root is a list; it must be a folder")
  }
}
