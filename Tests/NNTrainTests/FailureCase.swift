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
  func check(ranks: Int?) throws { try FailureCase.check([self], ranks: [ranks]) }

  /// The same for all `cases` on each number of `ranks`, all at once.
  static func check(_ cases: [FailureCase], ranks: [Int?]) throws {
    try withTemporaryFolder { folder in
      let all = ranks.flatMap { ranks in cases.map { (failure: $0, ranks: ranks) } }
      for (i, (failure, _)) in all.enumerated() {
        for (name, bytes) in failure.files { try folder.write(bytes, to: "\(i)/\(name)") }
      }
      let outcomes = try Command.together(
        all.enumerated().map { i, job in
          Command(job.failure.arguments, ranks: job.ranks, in: folder.path("\(i)"))
        })
      for (i, (job, outcome)) in zip(all, outcomes).enumerated() {
        try job.failure.judge(outcome, left: folder.entries(of: "\(i)"))
      }
    }
  }

  private func judge(_ outcome: CommandOutcome, left: [String]) throws {
    let name = testDescription
    #expect(outcome.code == code, "\(name): \(outcome)")
    try #require(outcome.messages.count == 1, "\(name): \(outcome)")
    let message = outcome.messages[0]
    #expect(message.hasPrefix("nntrain: "), "\(name)")
    for word in words { #expect(message.contains(word), "\(name): \(message)") }
    #expect(outcome.output == "", "\(name)")
    #expect(left == files.keys.sorted(), "\(name): something is left")
  }
}

/// Some failures that are tried at once, as the argument of a test.
struct FailureBatch: CustomTestStringConvertible, Sendable {
  let cases: [FailureCase]

  var testDescription: String { cases.map(\.testDescription).joined(separator: "; ") }

  /// `cases` in batches of five: on two cores more of them would only wait for one another.
  static func of(_ cases: [FailureCase]) -> [FailureBatch] {
    stride(from: 0, to: cases.count, by: 5).map {
      FailureBatch(cases: Array(cases[$0..<min($0 + 5, cases.count)]))
    }
  }
}
