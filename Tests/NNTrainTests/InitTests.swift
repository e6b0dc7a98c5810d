import Foundation
import Formats
import Testing
import _TestSupport

extension EndToEnd {
  /// Configurations that `nntrain init` writes for data that it looks at.
  @Suite struct InitTests {
    /// Writes a configuration for `data` and trains one epoch with it; the text and the summary.
    private func written(
      _ data: String, in folder: TemporaryFolder
    ) throws -> (text: String, run: RunResult) {
      let outcome = try Command(["init", data, "--out", "made.yaml"], in: folder.path).run()
      try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
      let run = try Command(
        ["made.yaml", "--run", "run", "-q", "--epochs", "1"], in: folder.path
      ).run()
      try #require(run.code == 0 && run.messages == [], "\(run)")
      return (try folder.text(of: "made.yaml"), try RunResult(folder.path("run")))
    }

    @Test("a table with a header line, texts, gaps and a target by its name")
    func classes() throws {
      try withTemporaryFolder { folder in
        let lines = (0..<90).map { index in
          "\(["left", "right", "up"][index % 3]),\(index % 7),\(index == 5 ? "" : "\(index)")\n"
        }
        try folder.write("species,a,b\n" + lines.joined(), to: "my data.csv")
        let (text, run) = try written("my data.csv", in: folder)
        #expect(text.contains("header: true") && text.contains("target: \"species\""))
        #expect(text.contains("missing: mean") && text.contains("units: 3, activation: softmax"))
        #expect(
          text.hasPrefix("# Written by nntrain init for my data: 90 samples, 2 inputs, 3 classes."))
        #expect(run.figure("test", "accuracy") != nil)
      }
    }

    @Test("numbers to predict, separated by semicolons, without a header line")
    func values() throws {
      try withTemporaryFolder { folder in
        try folder.write(
          (0..<60).map { "\($0);\(["x", "y"][$0 % 2]);\(Double($0) * 0.37)\n" }.joined(),
          to: "d.csv")
        let (text, run) = try written("d.csv", in: folder)
        #expect(!text.contains("header: true") && text.contains("separator: \";\""))
        #expect(text.contains("one_hot, standardize") && text.contains("mean_squared_error"))
        #expect(run.figure("test", "root_mean_squared_error") != nil)
      }
    }

    @Test("whole numbers that are few are two classes with one output")
    func numberedClasses() throws {
      try withTemporaryFolder { folder in
        try folder.write((0..<60).map { "\($0),\($0 % 5),\($0 % 2)\n" }.joined(), to: "d.csv")
        let (text, run) = try written("d.csv", in: folder)
        #expect(
          text.contains("binary_crossentropy") && text.contains("units: 1, activation: sigmoid"))
        #expect(run.answers("test") > 0)
      }
    }

    @Test("images in a folder as MNIST names them, and a text")
    func others() throws {
      try withTemporaryFolder { folder in
        for (name, count) in [("train", 40), ("t10k", 12)] {
          let images =
            [0, 0, 8, 3, 0, 0, 0, UInt8(count), 0, 0, 0, 8, 0, 0, 0, 8]
            + (0..<count * 64).map { UInt8($0 % 251) }
          let labels = [0, 0, 8, 1, 0, 0, 0, UInt8(count)] + (0..<count).map { UInt8($0 % 3) }
          try folder.write(images, to: "set/\(name)-images-idx3-ubyte")
          try folder.write(labels, to: "set/\(name)-labels-idx1-ubyte")
        }
        let (text, run) = try written("set", in: folder)
        #expect(text.contains("conv2d") && text.contains("divide: 255") && text.contains("t10k"))
        #expect(run.answers("test") == 12)
      }
      try withTemporaryFolder { folder in
        try folder.write(String(repeating: "to be or not to be ", count: 300), to: "play.txt")
        let (text, run) = try written("play.txt", in: folder)
        #expect(text.contains("lstm") && text.contains("embedding"))
        #expect(run.figure("test", "bits_per_character") != nil)
      }
    }

    @Test(
      "what is no data, or would be overwritten, is refused in one sentence",
      arguments: [
        (["nowhere"], Int32(66), "nowhere"), (["empty"], 65, "names no data format"),
        (["two"], 65, "2 data files"), (["two/a.csv", "--out", "there.yaml"], 73, "exists"),
        (["odd.parquet"], 65, "suffix"), (["a.npy"], 65, "targets"),
        (["nothing.csv"], 65, "nothing.csv"),
        (["two/a.csv", "--out", "nowhere/a.yaml"], 73, "nowhere"),
      ])
    func refused(words: [String], code: Int32, says: String) throws {
      try withTemporaryFolder { folder in
        let table = (0..<20).map { "\($0),\($0 % 2)\n" }.joined()
        for name in ["two/a.csv", "two/b.csv"] { try folder.write(table, to: name) }
        for name in ["empty/readme.md", "there.yaml", "odd.parquet", "a.npy"] {
          try folder.write("x", to: name)
        }
        try folder.write("", to: "nothing.csv")
        let outcome = try Command(["init"] + words, in: folder.path).run()
        #expect(outcome.code == code && outcome.messages.count == 1, "\(outcome)")
        #expect(outcome.error.contains(says), "\(outcome)")
        #expect(try folder.text(of: "there.yaml") == "x")
        #expect(!Files.exist(folder.path("nothing.yaml")))
      }
    }
  }
}
