import Foundation
import Testing

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

  @Test func theEnvironmentGoesBeforeTheFile() throws {
    #expect(try root(written, environment: ["NNTRAIN_DATA": "/elsewhere"]) == "/elsewhere")
    #expect(try root(written, environment: ["NNTRAIN_DATA": "sub"]) == here + "/sub")
    #expect(try root(written, environment: ["NNTRAIN_DATA": ""]) == "/configs/sets")
  }

  @Test func theCommandLineGoesBeforeTheEnvironment() throws {
    let environment = ["NNTRAIN_DATA": "/elsewhere"]
    #expect(try root(written, overrides: ["data.root=/set"], environment: environment) == "/set")
    #expect(
      try root(written, overrides: ["data.root=./set"], environment: environment) == here + "/set")
    #expect(try root(written, overrides: ["data.root=."], environment: environment) == here)
  }

  @Test func aRootThatIsNoTextIsRefused() {
    let error = failure(smallText, ["data.root=[a]"])
    #expect(error.message == "data.root is a list; it must be a folder")
  }
}
