import Foundation
import Formats
import Tensors
import Testing
import _TestSupport

extension EndToEnd {
  /// Predictions of a saved model.
  @Suite struct PredictTests {
    /// Three classes by the angle of a point, with names that need no quotes.
    private static let points: [(x: Float, y: Float, name: String)] = (0..<90).map { index in
      let angle = (Double(index) * 2.399_963).truncatingRemainder(dividingBy: 2 * .pi)
      let name = angle < 2.1 ? "east" : angle < 4.2 ? "north" : "south"
      return (Float(cos(angle)), Float(sin(angle)), name)
    }

    private static let table =
      "x,y,side\n" + points.map { "\($0.x),\($0.y),\($0.name)\n" }.joined()

    private static let experiment = """
      data: {train: {format: csv, path: d.csv, header: true, target: side}}
      model: [{dense: {units: 8, activation: tanh}}, {dense: {name: output, units: 3, activation: softmax}}]
      objective: categorical_crossentropy
      optimizer: {adam: {learning_rate: 0.02}}
      training: {epochs: 40, batch: 10}
      """

    @Test("a table of predictions, its columns, and the forward pass by plain loops")
    func table() throws {
      try withTemporaryFolder { folder in
        let model = try trained(folder)
        let outcome = try Command(["predict", "run", "--input", "d.csv"], in: folder.path).run()
        try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
        let rows = outcome.output.split(separator: "\n").map { $0.split(separator: ",") }
        #expect(rows[0].map(String.init) == ["predicted", "east", "north", "south"])
        try #require(rows.count == 91)
        var correct = 0
        for (row, point) in zip(rows.dropFirst(), Self.points) {
          let found = row.dropFirst().compactMap { Float($0) }
          let wanted = try forward(model, [point.x, point.y])
          #expect(mismatches(found, wanted, relative: 1e-5, absolute: 1e-6) == [])
          let best = try #require(wanted.indices.max { wanted[$0] < wanted[$1] })
          #expect(row[0] == ["east", "north", "south"][best])
          if row[0] == point.name { correct += 1 }
        }
        let accuracy = try RunResult(folder.path("run")).figure("train", "accuracy")
        #expect(accuracy == Double(correct) / 90)
        #expect(correct > 60, "the network has learned nothing")
      }
    }

    @Test("an array of predictions holds the same bits, and a file is written whole, on any ranks")
    func array() throws {
      try withTemporaryFolder { folder in
        _ = try trained(folder)
        // Inputs without targets, in an array.
        let inputs = Self.points.flatMap { [$0.x, $0.y] }
        try folder.write(BinaryFiles.npy([90, 2], inputs), to: "x.npy")
        for (output, ranks) in [("p.npy", nil), ("p3.npy", 3)] {
          let outcome = try Command(
            ["predict", "run", "--input", "x.npy", "--output", output], ranks: ranks,
            in: folder.path
          ).run()
          try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
          #expect(outcome.output == "")
        }
        #expect(try folder.bytes(of: "p.npy") == folder.bytes(of: "p3.npy"))
        let (header, elements) = try #require(
          BinaryFiles.parse(npy: folder.bytes(of: "p.npy")))
        #expect(header.contains("'shape': (90, 3)"))
        #expect(header.contains("'descr': '<f4'"))

        let outcome = try Command(
          ["predict", "run", "--input", "d.csv", "--output", "p.csv"], in: folder.path
        ).run()
        try #require(outcome.code == 0, "\(outcome)")
        let numbers = try folder.text(of: "p.csv").split(separator: "\n").dropFirst().flatMap {
          $0.split(separator: ",").dropFirst().compactMap { Float($0) }
        }
        #expect(numbers == elements)
      }
    }

    @Test("numbers to be predicted have no classes beside them")
    func values() throws {
      try withTemporaryFolder { folder in
        try folder.write(
          "a,b,c\n" + (0..<20).map { "\($0),\($0 * 2),\($0 - 7)\n" }.joined(), to: "d.csv")
        try folder.write(
          """
          data: {train: {format: csv, path: d.csv, header: true, target: [b, c]}, preprocess: [standardize]}
          model: [{dense: {units: 2}}]
          objective: mean_squared_error
          optimizer: adam
          training: {epochs: 1, batch: 10}
          """, to: "a.yaml")
        let trained = try Command(["a.yaml", "--run", "run", "--quiet"], in: folder.path).run()
        try #require(trained.code == 0, "\(trained)")
        let outcome = try Command(["predict", "run", "--input", "d.csv"], in: folder.path).run()
        let rows = outcome.output.split(separator: "\n")
        #expect(outcome.code == 0 && rows.count == 21, "\(outcome)")
        #expect(rows.first == "predicted_b,predicted_c")
      }
    }

    @Test("inputs that do not fit the model, or are no numbers", arguments: [nil, 3])
    func badInputs(ranks: Int?) throws {
      try withTemporaryFolder { folder in
        _ = try trained(folder)
        try folder.write(BinaryFiles.npy([4, 3], [Float](repeating: 0, count: 12)), to: "wide.npy")
        try folder.write(BinaryFiles.npy([2, 2], [1, 2, .nan, 4]), to: "nan.npy")
        try folder.write("x,y,side\n0.5,0.5,east\n0.1,high,east\n", to: "text.csv")
        let before = try folder.entries()
        for (name, code) in [
          ("absent.npy", 66), ("wide.npy", 78), ("nan.npy", 65), ("text.csv", 65), ("d.txt", 66),
        ] as [(String, Int32)] {
          let outcome = try Command(
            ["predict", "run", "--input", name, "--output", "p.csv"], ranks: ranks,
            in: folder.path
          ).run()
          #expect(outcome.code == code && outcome.output == "", "\(outcome)")
          #expect(outcome.messages.count == 1, "\(outcome)")
          #expect(outcome.messages.first?.contains(name) == true, "\(outcome)")
        }
        #expect(try folder.entries() == before, "something is left")
      }
    }

    private func trained(_ folder: TemporaryFolder) throws -> SafetensorsReader {
      try folder.write(Self.table, to: "d.csv")
      try folder.write(Self.experiment, to: "a.yaml")
      let outcome = try Command(["a.yaml", "--run", "run", "--quiet"], in: folder.path).run()
      try #require(outcome.code == 0, "\(outcome)")
      return try SafetensorsReader(path: folder.path("run/model.safetensors"))
    }

    /// The network in double precision: softmax(W₂·tanh(W₁·x + b₁) + b₂).
    private func forward(_ model: SafetensorsReader, _ input: [Float]) throws -> [Double] {
      let hidden = try product(model, "dense_1", input.map(Double.init)).map { tanh($0) }
      let logits = try product(model, "output", hidden)
      let exponentials = logits.map { exp($0 - (logits.max() ?? 0)) }
      return exponentials.map { $0 / exponentials.reduce(0, +) }
    }

    private func product(
      _ model: SafetensorsReader, _ layer: String, _ input: [Double]
    ) throws -> [Double] {
      let weight = try values(model, layer + ".weight")
      let bias = try values(model, layer + ".bias")
      return bias.indices.map { row in
        input.indices.reduce(bias[row]) { $0 + weight[row * input.count + $1] * input[$1] }
      }
    }

    private func values(_ model: SafetensorsReader, _ name: String) throws -> [Double] {
      var values = [Float](repeating: 0, count: try model.tensor(name).shape.count)
      var span = values.mutableSpan
      try model.read(name, into: &span)
      return values.map(Double.init)
    }
  }
}
