import Foundation
import Formats
import Tensors
import Testing
import _TestSupport

extension EndToEnd {
  /// Networks with several inputs by name: columns of a table, arrays of files.
  @Suite struct SeveralInputsTests {
    /// A person of two numbers and a home of a text and a number; the target takes from both.
    private static let rows:
      [(age: Float, income: Float, kind: String, rooms: Float, target: Float)] =
        (0..<60).map { i in
          let (age, income) = (Float(i * 7 % 23) / 10, Float(i * 5 % 17) / 10 - 0.5)
          let (kind, rooms) = (["hut", "flat", "house"][i * 11 % 3], Float(i * 3 % 7))
          return (age, income, kind, rooms, age - income * rooms / 4 + (kind == "hut" ? 1 : 0))
        }

    private static let table =
      "rooms,age,price,kind,income\n"
      + rows.map { "\($0.rooms),\($0.age),\($0.target),\($0.kind),\($0.income)\n" }.joined()

    /// Two branches of their own inputs, one of which a third branch reads as well.
    private static let model = """
      model:
        - parallel:
            merge: concatenate
            branches:
              - [{input: person}, {dense: {name: of_person, units: 4, activation: tanh}}]
              - [{input: home}, {dense: {name: of_home, units: 3, activation: tanh}}]
              - [{input: {of: person}}]
        - dense: {name: output, units: 1}
      objective: mean_squared_error
      optimizer: {adam: {learning_rate: 0.02}}
      training: {epochs: 6, batch: 12, shards: 4, micro_batch: 2}
      """

    private static let columns = """
      data:
        train:
          path: d.csv
          header: true
          target: price
          inputs: {person: [age, income], home: [kind, rooms]}
        split: {validation: 0.2}
        preprocess: [one_hot]

      """ + model

    private func run(_ words: [String], _ folder: TemporaryFolder, ranks: Int? = nil) throws
      -> String
    {
      let outcome = try Command(words, ranks: ranks, in: folder.path).run()
      try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
      return outcome.output
    }

    private func values(_ model: SafetensorsReader, _ name: String) throws -> [Double] {
      var values = [Float](repeating: 0, count: try model.tensor(name).shape.count)
      var span = values.mutableSpan
      try model.read(name, into: &span)
      return values.map(Double.init)
    }

    private func layer(
      _ model: SafetensorsReader, _ name: String, _ x: [Double]
    ) throws -> [Double] {
      let (w, b) = (try values(model, name + ".weight"), try values(model, name + ".bias"))
      return b.indices.map { i in x.indices.reduce(b[i]) { $0 + w[i * x.count + $1] * x[$1] } }
    }

    /// What the network of ``model`` makes of a person and a home, by plain loops.
    private func answer(
      _ model: SafetensorsReader, person: [Double], home: [Double]
    ) throws -> Double {
      let both =
        try layer(model, "of_person", person).map { tanh($0) }
        + layer(model, "of_home", home).map { tanh($0) } + person
      return try layer(model, "output", both)[0]
    }

    @Test(
      "groups of columns, one of them with texts, on any ranks, gone on with and predicted from")
    func columns() throws {
      try withTemporaryFolder { folder in
        try folder.write(Self.table, to: "d.csv")
        try folder.write(Self.columns, to: "a.yaml")
        let shown = try run(["check", "a.yaml"], folder)
        let lines = shown.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(
          lines.contains(["home", "4", "input"]) && lines.contains(["person", "2"]), "\(shown)")
        _ = try run(["a.yaml", "--run", "whole", "--quiet"], folder, ranks: 3)
        _ = try run(["a.yaml", "--run", "part", "--quiet", "--epochs", "2"], folder, ranks: 2)
        _ = try run(["a.yaml", "--run", "part", "--quiet", "--resume"], folder)
        let whole = try RunResult(folder.path("whole"))
        #expect(try RunResult(folder.path("part")).digest == whole.digest)
        #expect(try #require(whole.figure("train", "objective")) < 1, "nothing was learnt")
        // Columns are found by name, wherever they stand.
        try folder.write(
          "kind,income,age,rooms\n"
            + Self.rows.map { "\($0.kind),\($0.income),\($0.age),\($0.rooms)\n" }.joined(),
          to: "other.csv")
        let predicted = try run(["predict", "whole", "--input", "other.csv"], folder)
        let model = try SafetensorsReader(path: folder.path("whole/model.safetensors"))
        let found = predicted.split(separator: "\n").dropFirst().compactMap { Float($0) }
        let wanted = try Self.rows.map { row in
          try answer(
            model, person: [Double(row.age), Double(row.income)],
            home: ["flat", "house", "hut"].map { $0 == row.kind ? 1 : 0 } + [Double(row.rooms)])
        }
        #expect(mismatches(found, wanted, relative: 1e-5, absolute: 1e-5) == [])
        _ = try run(["evaluate", "whole", "--data", "d.csv"], folder)
      }
    }

    @Test("files and arrays of different shapes")
    func arrays() throws {
      try withTemporaryFolder { folder in
        let images = BinaryFiles.npy([20, 1, 3, 3], (0..<20 * 9).map { Float($0 * 7 % 13) / 13 })
        let numbers = BinaryFiles.npy([20, 2], (0..<20 * 2).map { Float($0 * 5 % 11) / 11 })
        let targets = BinaryFiles.npy([20, 1], (0..<20).map { Float($0 % 3) })
        for (name, bytes) in [("i", images), ("n", numbers), ("t", targets)] {
          try folder.write(bytes, to: name + ".npy")
        }
        let branches = """
          model:
            - parallel:
                merge: concatenate
                branches:
                  - [{input: picture}, {conv2d: {filters: 4, kernel: 2, activation: relu}}, flatten]
                  - [{input: facts}, {dense: {units: 3, activation: tanh}}]
            - dense: {units: 1}
          objective: mean_squared_error
          optimizer: sgd
          training: {epochs: 1, batch: 5}
          """
        try folder.write(
          "data: {train: {inputs: {picture: i.npy, facts: n.npy}, targets: t.npy}}\n" + branches,
          to: "npy.yaml")
        try folder.write(
          BinaryFiles.npz([("i", images), ("n", numbers), ("targets", targets)]), to: "all.npz")
        try folder.write(
          "data: {train: {path: all.npz, inputs: {picture: i, facts: n}}}\n" + branches,
          to: "npz.yaml")
        for name in ["npy", "npz"] {
          _ = try run(["\(name).yaml", "--run", name, "--quiet"], folder)
        }
        let (one, other) = (try RunResult(folder.path("npy")), try RunResult(folder.path("npz")))
        #expect(one.digest == other.digest)
        // Files are asked for by the names of the inputs, arrays by their own.
        try folder.write(
          BinaryFiles.npz([("picture", images), ("facts", numbers)]), to: "named.npz")
        let answers = try run(["predict", "npy", "--input", "named.npz"], folder)
        #expect(try run(["predict", "npz", "--input", "all.npz"], folder) == answers)
        let lone = try Command(["predict", "npy", "--input", "i.npy"], in: folder.path).run()
        #expect(
          lone.code == 66 && lone.messages.first?.contains("picture, facts") == true, "\(lone)")
      }
    }

    @Test("what does not fit is refused with the names that there are")
    func refused() throws {
      func model(_ branches: String) -> String {
        Self.columns.replacing("[{input: {of: person}}]", with: branches)
      }
      let data: [String: [UInt8]] = ["d.csv": Array(Self.table.utf8)]
      try FailureCase.check(
        [
          FailureCase(
            "an unknown input", configuration: model("[{input: persons}]"), files: data, code: 78,
            says: "bad.yaml:15:13: ", "layer persons", "they have person, home"),
          FailureCase(
            "an input that is not read",
            configuration: Self.columns.replacing("[{input: home}, ", with: "[{input: person}, "),
            files: data, code: 78, says: "layer home", "no layer reads this input",
            "`input: home`"),
          FailureCase(
            "an input behind a layer",
            configuration: model("[{input: person}, {dense: {units: 2}}, {input: home}]"),
            files: data, code: 78, says: "layer home", "put it first"),
          FailureCase(
            "all inputs as one", configuration: model("[{dense: {units: 2}}]"), files: data,
            code: 78,
            says: "layer dense_3", "the inputs person, home", "begin with `input:`"),
          FailureCase(
            "an input of data that have one",
            configuration: Self.columns.replacing(
              "inputs: {person: [age, income], home: [kind, rooms]}", with: ""),
            files: data, code: 78, says: "layer person", "one input without a name"),
          FailureCase(
            "a column of two inputs",
            configuration: Self.columns.replacing("home: [kind,", with: "home: [age,"),
            files: data, code: 78, says: "d.csv: column \"age\" is named twice"),
          FailureCase(
            "columns beside inputs",
            configuration: Self.columns.replacing(
              "target: price", with: "target: price\n    columns: [age]"),
            files: data, code: 78, says: "data.train.columns and several inputs by name exclude"),
          FailureCase(
            "pretraining", configuration: Self.columns + "\npretraining: rbm", files: data,
            code: 78,
            says: "pretraining goes through layers one after the other"),
        ], ranks: [3])
    }
  }
}
