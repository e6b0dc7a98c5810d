import Testing
import _TestSupport

extension FailingEndToEnd {
  /// Data that cannot be used: absent, cut off, lying, or not numbers.
  @Suite struct BadDataTests {
    @Test(
      "alone and on three ranks: one message, one exit code, nothing left",
      arguments: FailureBatch.of(cases))
    func refuses(_ batch: FailureBatch) throws {
      try FailureCase.check(batch.cases, ranks: [nil, 3])
    }

    private static let idxSource = "format: idx, inputs: x.idx, targets: y.idx"
    private static let npySource = "format: npy, inputs: x.npy, targets: y.npy"
    private static let labels = BinaryFiles.idx([12], (0..<12).map { $0 % 2 })
    private static let pixels = BinaryFiles.idx([12, 2, 2], (0..<48).map { UInt8($0) })

    private static func csv(_ lines: [String]) -> [String: [UInt8]] {
      let good = (0..<12).map { "\($0),\($0 % 5),\($0 % 2 == 0 ? "a" : "b")" }
      return ["d.csv": Array((good + lines + [""]).joined(separator: "\n").utf8)]
    }

    private static func npy(_ value: Float) -> [String: [UInt8]] {
      var inputs = (0..<24).map { Float($0) }
      inputs[13] = value
      return [
        "x.npy": BinaryFiles.npy([12, 2], inputs),
        "y.npy": BinaryFiles.npy([12], (0..<12).map { Float($0 % 2) }),
      ]
    }

    private static let cases: [FailureCase] = [
      FailureCase(
        "an absent file", data: idxSource, files: ["y.idx": labels], code: 66, says: "x.idx"),
      FailureCase(
        "an empty file", data: idxSource, files: ["x.idx": [], "y.idx": labels], says: "x.idx",
        "empty"),
      FailureCase(
        "a truncated file", data: idxSource,
        files: ["x.idx": Array(pixels.dropLast(5)), "y.idx": labels], says: "x.idx"),
      FailureCase(
        "a truncated header", data: idxSource,
        files: ["x.idx": Array(pixels.prefix(9)), "y.idx": labels], says: "x.idx", "truncated"),
      FailureCase(
        "a wrong magic number", data: idxSource,
        files: ["x.idx": [1, 2, 3, 4] + pixels.dropFirst(4), "y.idx": labels], says: "x.idx",
        "not an IDX file"),
      FailureCase(
        "a header that promises more than any memory", data: idxSource,
        files: [
          "x.idx": BinaryFiles.idx([0xffff_ffff, 0xffff, 0xffff], [1, 2, 3]), "y.idx": labels,
        ], says: "x.idx"),
      FailureCase(
        "more inputs than targets", data: idxSource,
        files: ["x.idx": pixels, "y.idx": BinaryFiles.idx([11], (0..<11).map { $0 % 2 })],
        says: "12", "11"),
      FailureCase(
        "a gzip file that ends early", data: "format: idx, inputs: x.idx.gz, targets: y.idx",
        files: ["x.idx.gz": [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x4b], "y.idx": labels],
        says: "x.idx.gz"),
      FailureCase("NaN in an array", data: npySource, files: npy(.nan), says: "x.npy", "NaN"),
      FailureCase(
        "infinity in an array", data: npySource, files: npy(-.infinity), says: "x.npy", "infinite"),
      FailureCase(
        "ragged rows", data: "format: csv, path: d.csv", files: csv(["1,2,a,4"]), says: "d.csv",
        "13"),
      FailureCase(
        "text where numbers belong", data: "format: csv, path: d.csv, missing: error",
        files: csv(["1,,a"]), says: "d.csv", "13"),
      FailureCase(
        "NaN in a table", data: "format: csv, path: d.csv", files: csv(["nan,2,a"]), says: "d.csv",
        "13"),
      FailureCase(
        "infinity in a table", data: "format: csv, path: d.csv", files: csv(["1,1e999,a"]),
        says: "d.csv", "13"),
      FailureCase(
        "a million columns", data: "format: csv, path: d.csv",
        files: ["d.csv": Array(String(repeating: "1,", count: 1_000_000).utf8)], says: "d.csv:1",
        "column 1000000"),
      FailureCase(
        "a class that the training data do not have",
        configuration: """
          data:
            train: {format: idx, inputs: x.idx, targets: y.idx}
            test: {format: idx, inputs: x.idx, targets: z.idx}
          model: [flatten, {dense: {units: 2, activation: softmax}}]
          objective: categorical_crossentropy
          optimizer: sgd
          training: {epochs: 1, batch: 4}
          """,
        files: [
          "x.idx": pixels, "y.idx": labels,
          "z.idx": BinaryFiles.idx([12], (0..<12).map { $0 == 7 ? 9 : $0 % 2 }),
        ], code: 65, says: "z.idx", "9"),
    ]
  }
}
