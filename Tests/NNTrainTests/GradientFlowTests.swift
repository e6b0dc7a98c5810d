import Formats
import Testing
import _TestSupport

extension EndToEnd {
  /// The microscope from the command line, and the network whose gradient vanishes.
  @Suite struct GradientFlowTests {
    private func train(_ configuration: String, _ folder: TemporaryFolder, _ words: [String] = [])
      throws -> RunResult
    {
      let outcome = try Command([configuration, "--run", folder.path("run"), "--quiet"] + words)
        .run(timeout: 120)
      try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
      return try RunResult(folder.path("run"))
    }

    /// By sample: the norm of the first layer's gradient over that of the last one.
    private func ratios(_ run: RunResult) -> [Double] {
      run.epochs.flatMap { $0["gradient_flow"]?.array ?? [] }.compactMap { sample in
        let norms = (sample["layers"]?.array ?? []).compactMap { $0["gradient"]?["norm"]?.double }
        guard let first = norms.first, let last = norms.last else { return nil }
        return first / last
      }
    }

    @Test(
      "ten sigmoid layers do not learn; each repair lets them",
      arguments: [
        ("sigmoid", false), ("relu", true), ("residual", true), ("initialization", true),
      ])
    func vanishing(name: String, learns: Bool) throws {
      try withTemporaryFolder { folder in
        let file = Files.repository.appendingPathComponent(
          "configs/vanishing-gradient/\(name).yaml")
        let run = try train(file.path, folder)
        let ratios = ratios(run)
        #expect(ratios.count == 11)
        for part in ["validation", "test"] {
          let accuracy = try #require(run.figure(part, "accuracy"))
          #expect(learns ? accuracy >= 0.95 : accuracy <= 0.2, "\(part): \(accuracy)")
        }
        #expect(ratios.allSatisfy { learns ? $0 > 1e-3 : $0 < 1e-4 }, "\(ratios)")
        let svg = XMLReader(try folder.bytes(of: "run/gradient-flow.svg"))
        #expect(svg.isWellFormed && svg.root == "svg")
        #expect(Files.exist(folder.path("run/gradient-flow.png")))
      }
    }

    @Test func withoutGnuplotTheScriptStays() throws {
      try withTemporaryFolder { folder in
        let configuration = try folder.write(
          Experiments.digits("adam") + "\ndiagnostics: {gradient_flow: 3 steps}", to: "a.yaml")
        let outcome = try Command(
          [configuration, "--run", folder.path("run")],
          environment: ["NNTRAIN_GNUPLOT": "/nowhere/gnuplot"]
        ).run()
        #expect(outcome.code == 0 && outcome.messages == [], "\(outcome)")
        #expect(outcome.output.contains("note: NNTRAIN_GNUPLOT is /nowhere/gnuplot"))
        #expect(!Files.exist(folder.path("run/gradient-flow.svg")))
        #expect(try folder.text(of: "run/gradient-flow.gp").contains("dense_2"))
        let steps = try RunResult(folder.path("run")).epochs.flatMap {
          $0["gradient_flow"]?.array?.compactMap { $0["step"]?.int } ?? []
        }
        #expect(steps == [1, 3, 6, 9, 12])
      }
    }

    @Test func whatIsNotMeasuredIsNotWritten() throws {
      try withTemporaryFolder { folder in
        let configuration = try folder.write(Experiments.digits("adam"), to: "a.yaml")
        let run = try train(configuration, folder)
        #expect(run.epochs.allSatisfy { $0["gradient_flow"] == nil })
        #expect(!Files.entries(run.path).contains { $0.hasPrefix("gradient-flow") })
      }
    }
  }
}
