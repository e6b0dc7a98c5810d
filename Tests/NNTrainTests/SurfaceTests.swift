import Foundation
import Testing
import _TestSupport

extension EndToEnd {
  /// Optimizers on surfaces: pictures and paths.
  @Suite struct SurfaceTests {
    struct Golden: Decodable {
      struct Path: Decodable {
        var surface: String
        var optimizer: String
        var places: [[Double]]
      }
      var steps: Int
      var paths: [Path]
    }

    /// The rows of a table, its head apart, and the fields of each; fields here hold no line breaks.
    private func rows(_ path: String) throws -> [[String]] {
      try Files.text(path).split(separator: "\n").dropFirst().map { line in
        var fields = [""]
        var isQuoted = false
        for letter in line {
          if letter == "\"" {
            isQuoted.toggle()
          } else if letter == ",", !isQuoted {
            fields.append("")
          } else {
            fields[fields.count - 1].append(letter)
          }
        }
        return fields
      }
    }

    @Test(
      "paths are those of PyTorch and Keras",
      arguments: ["ravine", "beale", "rosenbrock", "saddle"])
    func golden(surface: String) throws {
      let golden = try _TestSupport.Golden.load("surfaces", as: Golden.self)
      let paths = golden.paths.filter { $0.surface == surface }
      try #require(paths.count == 9)
      try withTemporaryFolder { folder in
        let words = paths.flatMap { ["--optimizer", $0.optimizer] }
        let outcome = try Command(
          ["surface", surface, "--steps", "\(golden.steps)", "--no-plot", "--output", folder.path]
            + words
        ).run()
        try #require(outcome.code == 0 && outcome.error == "", "\(outcome)")
        #expect(try folder.entries() == [surface + ".csv"])
        let rows = try rows(folder.path(surface + ".csv"))
        let length = golden.steps + 1
        try #require(rows.count == paths.count * length)
        for (number, path) in paths.enumerated() {
          for (step, place) in path.places.enumerated() {
            let row = rows[number * length + step]
            #expect(row[1] == "full" && row[2] == "\(step)")
            for (text, wanted) in zip(row[3...], place) {
              let found = try #require(Double(text))
              #expect(
                (found - wanted).magnitude <= 2e-4 * max(0.05, wanted.magnitude),
                "\(path.optimizer) step \(step): \(found), not \(wanted)")
            }
          }
        }
      }
    }

    @Test("every optimizer on every surface: whole files, the same every time and on ranks")
    func pictures() throws {
      try withTemporaryFolder { folder in
        let names = [
          "sgd", "momentum", "nesterov", "adagrad", "adadelta", "rmsprop", "adam", "adamw",
          "adamax", "nadam", "lion", "lars", "lamb",
        ]
        let words =
          ["surface", "--steps", "30", "--script"] + names.flatMap { ["--optimizer", $0] }
        let first = try Command(words + ["--output", "a/b"], in: folder.path).run()
        try #require(first.code == 0 && first.error == "", "\(first)")
        let second = try Command(words + ["--output", "c"], ranks: 2, in: folder.path).run()
        #expect(second.code == 0 && second.messages == [], "\(second)")
        let surfaces = ["beale", "ravine", "rosenbrock", "saddle", "valley"]
        let files = surfaces.flatMap { s in ["csv", "gp", "png", "svg"].map { "\(s).\($0)" } }
        #expect(try folder.entries(of: "a/b") == files)
        for file in files {
          #expect(try folder.bytes(of: "a/b/" + file) == folder.bytes(of: "c/" + file), "\(file)")
        }
        for surface in surfaces {
          let svg = XMLReader(try folder.bytes(of: "c/\(surface).svg"))
          #expect(svg.isWellFormed && svg.root == "svg" && svg.elements.count > 100)
          let png = try PNGReader(folder.bytes(of: "c/\(surface).png"))
          #expect(png.width == 1040 && png.height == 430)
          let rows = try rows(folder.path("c/\(surface).csv"))
          // A few leave the finite numbers at their default rates, and are told.
          let all = 31 * 13 * (surface == "valley" ? 2 : 1)
          #expect(rows.count <= all && rows.count > all * 3 / 4, "\(surface): \(rows.count)")
          #expect(Set(rows.map { $0[0] }).count == 13)
          #expect(Set(rows.map { $0[1] }) == (surface == "valley" ? ["full", "4"] : ["full"]))
        }
      }
    }

    @Test("minibatches wander where the full batch goes straight")
    func batches() throws {
      try withTemporaryFolder { folder in
        let outcome = try Command([
          "surface", "valley", "--batch", "full", "--batch", "2", "--optimizer",
          "{sgd: {learning_rate: 0.05}}", "--start", "-1,2.5", "--no-plot", "--output",
          folder.path,
        ]).run()
        try #require(outcome.code == 0, "\(outcome)")
        let rows = try rows(folder.path("valley.csv"))
        func rises(_ batch: String) -> Int {
          let values = rows.filter { $0[1] == batch }.compactMap { Double($0[5]) }
          #expect(values.count == 201)
          return zip(values, values.dropFirst()).filter { $0 < $1 }.count
        }
        #expect(rises("full") == 0 && rises("2") > 40)
      }
    }

    @Test(
      "wrong words",
      arguments: [
        (["cliff"], 64, "there is no surface"), (["--steps", "0"], 64, "at least 1"),
        (["ravine", "--batch", "4"], 64, "samples"), (["--start", "1"], 64, "two numbers"),
        (["valley", "--batch", "0"], 64, "at least 1"),
        (["--optimizer", "adm"], 78, "did you mean \"adam\"?"),
        (["--optimizer", "{"], 64, "no YAML"),
      ])
    func wrong(words: [String], code: Int32, message: String) throws {
      try withTemporaryFolder { folder in
        let commands = [nil, 2].map { Command(["surface"] + words, ranks: $0, in: folder.path) }
        for outcome in try Command.together(commands) {
          #expect(outcome.code == code, "\(outcome)")
          #expect(outcome.error.contains(message), "\(outcome)")
        }
        #expect(try folder.entries() == [])
      }
    }

    @Test func withoutGnuplotNumbersCanBeHad() throws {
      try withTemporaryFolder { folder in
        let missing = ["NNTRAIN_GNUPLOT": folder.path("gnuplot")]
        for words in [["surface", "ravine"], ["compare", "--run", "c"]] {
          let outcome = try Command(words, environment: missing, in: folder.path).run()
          #expect(outcome.code == 69 && outcome.messages.count == 1, "\(outcome)")
          #expect(outcome.error.contains("NNTRAIN_GNUPLOT"))
          #expect(try folder.entries() == [])
        }
        let numbers = try Command(
          ["surface", "ravine", "--no-plot"], environment: missing, in: folder.path
        ).run()
        #expect(numbers.code == 0, "\(numbers)")
        #expect(try folder.entries(of: "surface") == ["ravine.csv"])
      }
    }
  }
}
