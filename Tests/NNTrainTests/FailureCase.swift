import Testing
import _TestSupport

/// A command that cannot do what it is asked, and how it has to say so.
struct FailureCase: CustomTestStringConvertible, Sendable {
  /// What is wrong.
  var testDescription: String
  /// Files that are there.
  var files: [String: [UInt8]] = [:]
  /// The words after `nntrain`; the working directory is the folder of the files.
  var arguments: [String]
  /// The exit code.
  var code: Int32
  /// What the message must say.
  var words: [String]

  /// A training whose configuration is wrong by itself or with what it meets.
  init(
    _ name: String, configuration: String, files: [String: [UInt8]] = [:], set: [String] = [],
    code: Int32, says words: String...
  ) {
    testDescription = name
    self.files = files.merging(["bad.yaml": Array(configuration.utf8)]) { $1 }
    arguments =
      ["bad.yaml", "--run", "run", "--quiet"] + set.flatMap { ["--set", $0] }
    self.code = code
    self.words = words
  }

  /// A training on the data of `source`, whose files are given.
  init(
    _ name: String, data source: String, files: [String: [UInt8]], code: Int32 = 65,
    says words: String...
  ) {
    testDescription = name
    self.files = files.merging([
      "bad.yaml": Array(
        """
        data: {train: {\(source)}, split: {validation: 0.2}}
        model: [flatten, {dense: {units: 2, activation: softmax}}]
        objective: categorical_crossentropy
        optimizer: sgd
        training: {epochs: 1, batch: 4}
        """.utf8)
    ]) { $1 }
    arguments = ["bad.yaml", "--run", "run", "--quiet"]
    self.code = code
    self.words = words
  }

  /// Runs the command on `ranks` ranks, or alone, and expects one message, the exit code, and
  /// nothing of a run left.
  func check(ranks: Int?) throws {
    try withTemporaryFolder { folder in
      for (name, bytes) in files { try folder.write(bytes, to: name) }
      let outcome = try Command(arguments, ranks: ranks, in: folder.path).run(timeout: 30)
      #expect(outcome.code == code, "\(outcome)")
      try #require(outcome.messages.count == 1, "\(outcome)")
      #expect(outcome.messages[0].hasPrefix("nntrain: "))
      for word in words { #expect(outcome.messages[0].contains(word), "\(outcome.messages[0])") }
      #expect(outcome.output == "")
      #expect(try folder.entries() == files.keys.sorted(), "something is left")
    }
  }
}
