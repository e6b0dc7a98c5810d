import Formats
import Testing
import _TestSupport

extension EndToEnd {
  /// Networks that learn to go on with a text.
  @Suite struct TextRunTests {
    /// A verse of eight characters, again and again: the character that follows is never in doubt.
    private static let verse = "aba caé\n"

    private static let experiment = """
      seed: 4
      data: {train: {path: a.txt, length: 7}, split: {validation: 0.1, test: 0.1}}
      model:
        - embedding: {vocabulary: 6, units: 5}
        - gru: {units: 12, return_sequences: true}
        - dropout: 0.1
        - dense: {units: 6}
      objective: sparse_categorical_crossentropy
      metrics: [accuracy, bits_per_character, confusion_matrix]
      optimizer: {adam: {learning_rate: 0.03}}
      clip: {global_norm: 1}
      training: {epochs: 8, batch: 25, shards: 8, micro_batch: 2}
      """

    private func laboratory(_ folder: TemporaryFolder) throws {
      try folder.write(String(repeating: Self.verse, count: 150) + "a", to: "a.txt")
      try folder.write(
        Self.experiment.replacing("vocabulary: 6, ", with: "vocabulary: 5, ")
          .replacing("units: 6}", with: "units: 5}"), to: "narrow.yaml")
      try folder.write(Self.experiment, to: "a.yaml")
    }

    private func command(_ words: [String], ranks: Int? = nil, _ folder: TemporaryFolder) throws
      -> CommandOutcome
    {
      try Command(words, ranks: ranks, in: folder.path).run()
    }

    @Test("learns, is the same on any ranks and gone on with, and writes text")
    func learns() throws {
      try withTemporaryFolder { folder in
        try laboratory(folder)
        func train(_ run: String, _ ranks: Int?, _ words: [String] = []) throws {
          let outcome = try command(["a.yaml", "--run", run] + words, ranks: ranks, folder)
          try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
        }
        try train("alone", nil)
        try train("three", 3)
        try train("parts", 2, ["--epochs", "3"])
        try train("parts", 4, ["--resume", "--epochs", "8"])
        let alone = try RunResult(folder.path("alone"))
        for other in ["three", "parts"] {
          #expect(try RunResult(folder.path(other)).invariant == alone.invariant, "\(other)")
        }
        // 171 windows of 7 characters, of which 17 are tested; the first of a window is in doubt.
        #expect(alone.answers("test") == 17 * 7)
        let (loss, bits) = (
          try #require(alone.figure("test", "objective")),
          try #require(alone.figure("test", "bits_per_character"))
        )
        #expect(abs(bits - loss / 0.693_147_180_56) < 1e-5 * bits)
        #expect(bits < 0.7, "the network has learned nothing: \(bits)")

        let words = ["predict", "alone", "--sample", "24", "--prompt", "aba c"]
        let likeliest = try command(words + ["--temperature", "0"], folder)
        #expect(likeliest.code == 0 && likeliest.messages == [])
        let whole = String(repeating: Self.verse, count: 4)
        let expected: String = whole.prefix(29) + "\n"
        #expect(likeliest.output == expected, "\(likeliest)")
        let drawn = try command(words + ["--temperature", "1.5", "--seed", "3"], folder).output
        let again = try command(
          words + ["--temperature", "1.5", "--seed", "3", "--output", "t.txt"], ranks: 2, folder)
        #expect(again.output == "")
        #expect(try folder.text(of: "t.txt") == drawn)
        #expect(try command(words + ["--temperature", "1.5"], folder).output != drawn)
        #expect(drawn.unicodeScalars.count == 5 + 24 + 1)

        try folder.write("caéb caé\naba cabé", to: "other.txt")
        let evaluated = try command(
          ["evaluate", "alone", "--data", "other.txt", "--json"], folder)
        let figures = try JSONValue(parsing: evaluated.output)
        #expect(figures["samples"]?.int == 2 && figures["bits_per_character"]?.double != nil)
        let predicted = try command(["predict", "alone", "--input", "other.txt"], folder)
        let rows = predicted.output.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(rows[0].hasPrefix("sample,step,predicted,"), "\(predicted)")
        #expect(predicted.output.contains("\n1,6,"))
      }
    }

    @Test("what does not go together, alone and on three ranks", arguments: [nil, 3])
    func refuses(ranks: Int?) throws {
      try withTemporaryFolder { folder in
        try laboratory(folder)
        let trained = try command(["a.yaml", "--run", "r", "--epochs", "1"], folder)
        try #require(trained.code == 0, "\(trained)")
        try folder.write("aba caé\naba+zaé\naba", to: "foreign.txt")
        try folder.write("abacaé\n" + String(repeating: "b", count: 300) + "xyz", to: "late.txt")
        let cases: [([String], Int32, [String])] = [
          (["narrow.yaml", "--run", "n"], 65, ["id 5", "0 to 4"]),
          (
            ["a.yaml", "--run", "m", "--set", "model.3.units=7"], 78,
            ["7 outputs at each step", "6 classes"]
          ),
          (
            ["a.yaml", "--run", "o", "--set", "model.1.return_sequences=false"], 78,
            ["a class for each of 7 steps", "return_sequences: true"]
          ),
          (
            ["a.yaml", "--run", "p", "--set", "data.train.path=late.txt"], 65,
            ["late.txt", "training part lacks", "\"x\" (U+0078)"]
          ),
          (["evaluate", "r", "--data", "foreign.txt"], 65, ["foreign.txt", "\"+\" (U+002B)"]),
          (
            ["predict", "r", "--sample", "5", "--prompt", "aZ"], 65,
            ["--prompt", "\"Z\" (U+005A)"]
          ),
        ]
        let outcomes = try Command.together(
          cases.map { Command($0.0, ranks: ranks, in: folder.path) })
        for (outcome, (_, code, says)) in zip(outcomes, cases) {
          #expect(outcome.code == code && outcome.messages.count == 1, "\(outcome)")
          for word in says {
            #expect(outcome.messages.first?.contains(word) == true, "\(word) in \(outcome)")
          }
        }
        for words in [["--sample", "0"], ["--seed", "1", "--input", "x"], []] {
          #expect(try command(["predict", "r"] + words, folder).code == 64)
        }
      }
    }
  }
}
