import Formats
import Testing
import _TestSupport

extension EndToEnd {
  /// Runs whose training samples are changed at random.
  @Suite struct AugmentationRunTests {
    @Test("cut within an epoch and gone on with on other ranks, to the same bits; measured without")
    func resume() throws {
      try withTemporaryFolder { folder in
        let configuration = try folder.write(Experiments.augmented, to: "a.yaml")
        func train(_ run: String, ranks: Int?, _ words: [String]) throws -> RunResult {
          let outcome = try Command(
            [configuration, "--run", folder.path(run), "--quiet"] + words, ranks: ranks
          ).run(timeout: 120)
          try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
          return try RunResult(folder.path(run))
        }
        let whole = try train("whole", ranks: 2, [])
        // An epoch has six steps.
        let cut = try train("cut", ranks: 3, ["--set", "training.epochs=8 steps"])
        #expect(cut.digest != whole.digest)
        let rest = try train("cut", ranks: nil, ["--resume", "--epochs", "3"])
        #expect(rest.digest == whole.digest)
        #expect(
          try Files.bytes(rest.path + "/model.safetensors")
            == Files.bytes(whole.path + "/model.safetensors"))
        #expect(
          try train("plain", ranks: nil, ["--set", "data.augment=[]"]).digest != whole.digest)

        // The figures of the training part at the end are those of the samples as they are.
        let evaluated = try Command(
          ["evaluate", whole.path, "--data", "train", "--json"]
        ).run()
        let figures = try JSONValue(parsing: evaluated.output)
        let objective = try #require(whole.figure("train", "objective"))
        #expect(figures.serialized().contains("\(objective)"), "\(evaluated) \(objective)")
      }
    }

    @Test("check draws samples before and after")
    func picture() throws {
      try withTemporaryFolder { folder in
        let configuration = try folder.write(Experiments.augmented, to: "a.yaml")
        let path = folder.path("grid.png")
        let words = ["check", configuration, "--show-augmented", path]
        let outcome = try Command(words + ["--set", "data.augment=[{random_flip: horizontal}]"])
          .run()
        #expect(outcome.code == 0 && outcome.output.contains("grid.png: 10 training"), "\(outcome)")
        let png = try PNGReader(Files.bytes(path))
        // Ten samples of 8 pixels at eight times the size, 2 apart, in six rows.
        #expect((png.width, png.height, png.color) == (10 * 66 + 2, 6 * 66 + 2, 2))
        let pixels = try png.pixels()
        func row(_ epoch: Int, _ sample: Int) -> [[UInt8]] {
          (0..<8).map { x in
            let (across, down) = (2 + sample * 66 + x * 8, 2 + epoch * 66 + 20)
            let start = (down * png.width + across) * 3
            return Array(pixels[start..<start + 3])
          }
        }
        var mirrored = 0
        for sample in 0..<10 {
          let before = row(0, sample)
          for epoch in 1...5 {
            let after = row(epoch, sample)
            #expect(after == before || after == before.reversed())
            if after != before { mirrored += 1 }
          }
        }
        #expect(mirrored > 10 && mirrored < 40)

        for (words, code, text) in [
          (words + ["--set", "data.augment=[]"], 78, "data.augment is empty"),
          (["check", configuration, "--show-augmented", folder.path("a.svg")], 64, ".png"),
          (
            ["check", configuration, "--show-augmented", folder.path("absent/grid.png")], 73,
            "absent/grid.png"
          ),
        ] {
          let outcome = try Command(words).run()
          #expect(outcome.code == code && outcome.error.contains(text), "\(outcome)")
        }
      }
    }
  }
}
