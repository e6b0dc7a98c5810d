import Datasets
import Testing
import _TestSupport

@testable import Configuration

/// What goes with records that are learnt from as they arrive.
@Suite struct StreamConfigurationTests {
  private static let data = "data={train: {path: a.csv}, stream: {folder: in}}"

  @Test("a stream has no end unless one is set")
  func length() throws {
    let text = smallText.replacing(
      "training: {epochs: 3, batch: 16}", with: "training: {batch: 16}")
    #expect(try load(text, Self.data).training.length == .unlimited)
    #expect(try load(smallText, Self.data).training.length == .epochs(3))
  }

  @Test(
    "settings that do not go with a stream are refused",
    arguments: [
      ("training.batch=full", "training.batch is full"),
      ("data.augment=[{gaussian_noise: 0.1}]", "data.augment is about the samples"),
      ("data.bootstrap=true", "data.bootstrap is about the samples"),
      ("ensemble={members: 2}", "ensemble trains more than once"),
      ("pretraining=rbm", "pretraining trains more than once"),
      ("data.train={format: npy, inputs: a.npy, targets: b.npy}", "which is npy"),
      (
        "data.train={path: a.csv, window: {length: 3}}",
        "data.train.window makes samples of several records"
      ),
      ("data.stream={idle: 1}", "data.stream needs either a folder or a pipe"),
      ("data.stream={folder: in, pipe: x}", "data.stream needs either a folder or a pipe"),
      ("data.stream={folder: in, end: a/b}", "data.stream.end is"),
    ])
  func conflicts(setting: String, words: String) {
    let error = failure(smallText, [Self.data, setting])
    #expect(error.kind == .badConfiguration)
    #expect(error.message.contains(words), "\(error)")
  }

  @Test("records are checked one by one: targets, ids, and that something is no padding")
  func records() throws {
    try withTemporaryFolder { folder in
      try folder.write("1,2,0.5\n3,0,2\n4,5,1\n", to: "a.csv")
      let text = """
        data: {root: \(folder.path), train: {path: a.csv}, stream: {folder: in, malformed: MALFORMED}}
        model:
          - embedding: {vocabulary: 6, units: 2, mask_zero: true}
          - gru: {units: 2}
          - dense: {units: 1, activation: exponential}
        objective: poisson
        optimizer: sgd
        training: {batch: 2, shards: 1}
        """
      func reader(_ malformed: String) throws -> ArrivalReader {
        let text = text.replacing("MALFORMED", with: malformed)
        return try #require(try RunAssembly(load(text), ranks: 1).plan.followed).reader
      }
      let bad = ["1,6,1", "1,1.5,1", "0,0,1", "1,1,-1"]
      let lines = ["1,0,1", bad[0], bad[1], "2,2,2", bad[2], bad[3], "5,5,0"]
      let piece = try reader("skip").read(
        file: folder.write(lines.joined(separator: "\n") + "\n", to: "in/b.csv"))
      #expect(piece.data?.count == 3 && piece.malformed == 4)
      #expect(piece.problem?.description.contains("in/b.csv:2: the record has the id 6") == true)
      for (line, words) in zip(bad, ["has the id 6", "has the id 1.5", "is all padding", "-1"]) {
        let file = try folder.write("1,0,1\n" + line + "\n", to: "in/b.csv")
        let error = #expect(throws: DatasetError.self) { try reader("error").read(file: file) }
        #expect(error?.description.contains("in/b.csv:2: the record") == true, "\(error as Any)")
        #expect(error?.description.contains(words) == true, "\(error as Any)")
      }
    }
  }
}
