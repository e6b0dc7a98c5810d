import Foundation
import Testing

@testable import Configuration

@Suite struct ConfigurationLoaderTests {
  /// Runs `body` with a new folder that is removed afterwards.
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("nntrain-configuration-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }

  private func failure(_ path: String, sourceLocation: SourceLocation = #_sourceLocation)
    -> ConfigurationError
  {
    do {
      _ = try ConfigurationLoader.load(path: path)
      Issue.record("the file is accepted", sourceLocation: sourceLocation)
      return ConfigurationError(at: nil, "accepted")
    } catch {
      return error
    }
  }

  @Test func withoutAFileTheDigitsAreTrained() throws {
    let run = try ConfigurationLoader.load(path: nil)
    #expect(run.name == "digits")
    #expect(run.data.train.format == .digits)
    #expect(run.data.root == nil)
  }

  @Test func aFileGivesItsNameAndItsPlacesToMessages() throws {
    try withFolder { folder in
      let path = "\(folder)/my-run.yaml"
      try smallText.write(toFile: path, atomically: true, encoding: .utf8)
      let run = try ConfigurationLoader.load(path: path)
      #expect(run.name == "my-run")
      #expect(run.model.layers[1].location == "\(path):5:5")
      try (smallText + "\nx: 1").write(toFile: path, atomically: true, encoding: .utf8)
      #expect(failure(path).description.hasPrefix("\(path):10:1: x is not known; "))
    }
  }

  @Test func linksAreFollowed() throws {
    try withFolder { folder in
      try smallText.write(toFile: "\(folder)/real.yaml", atomically: true, encoding: .utf8)
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/link.yaml", withDestinationPath: "real.yaml")
      #expect(try ConfigurationLoader.load(path: "\(folder)/link.yaml").name == "link")
    }
  }

  @Test func absentFilesAreTold() throws {
    try withFolder { folder in
      for name in ["absent.yaml", "absent/a.yaml"] {
        let error = failure("\(folder)/\(name)")
        #expect(error.kind == .absentFile && error.exitCode == 66)
        #expect(error.description.contains("\(folder)/\(name) is absent"))
      }
      let directory = failure(folder)
      #expect(directory.kind == .absentFile)
      #expect(directory.description.contains("is no file"))
    }
  }

  @Test func endlessFilesAreRefused() {
    #expect(failure("/dev/zero").description.contains("is no file"))
  }

  @Test func unreadableFilesAreTold() {
    // A file whose first byte nobody can read, not even the administrator.
    let error = failure("/proc/self/mem")
    #expect(error.kind == .absentFile && error.exitCode == 66)
    #expect(error.description.contains("/proc/self/mem cannot be read"), "\(error)")
  }

  @Test func hugeFilesAreRefusedUnread() throws {
    try withFolder { folder in
      let path = "\(folder)/huge.yaml"
      #expect(FileManager.default.createFile(atPath: path, contents: nil))
      let handle = try #require(FileHandle(forWritingAtPath: path))
      try handle.truncate(atOffset: 11 << 20)
      try handle.close()
      let error = failure(path)
      #expect(error.kind == .badConfiguration)
      #expect(error.message.contains("has 11534336 bytes"))
    }
  }

  @Test(arguments: [
    (Data(), "the file is empty"), (Data("# nothing\n".utf8), "the file is empty"),
    (Data("[1, 2]".utf8), "the file holds a list"), (Data("word".utf8), "holds \"word\""),
    (Data([0x61, 0x3A, 0xFF, 0xFE]), "no UTF-8"), (Data([0x61, 0x3A, 0x20, 0]), "this is no YAML"),
  ])
  func filesThatHoldNoConfigurationAreRefused(content: Data, message: String) throws {
    try withFolder { folder in
      let path = "\(folder)/a.yaml"
      try content.write(to: URL(fileURLWithPath: path))
      let error = failure(path)
      #expect(error.kind == .badConfiguration)
      #expect(error.message.contains(message), "\(error)")
    }
  }

  @Test func everyPrefixOfAFileFailsWithAPlaceOrLoads() {
    // Truncation at any byte is told, never a trap.
    let text = BuiltInExperiment.digits
    var failures = 0
    for count in stride(from: 0, to: text.count, by: 3) {
      do {
        _ = try ConfigurationLoader.load(
          text: String(text.prefix(count)), source: "a.yaml", name: "a", folder: nil)
      } catch {
        failures += 1
        #expect(error.position != nil)
      }
    }
    #expect(failures > text.count / 6)
  }
}
