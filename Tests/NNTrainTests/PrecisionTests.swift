import Foundation
import Formats
import Testing
import _TestSupport

extension EndToEnd {
  /// Runs with `precision: bfloat16`, on this processor and on one without bfloat16 arithmetic.
  @Suite struct PrecisionTests {
    private static let dense = """
      seed: 3
      data: {source: digits, take: 237, split: {validation: 0.15, test: 0.1}, preprocess: [standardize]}
      model:
        - reshape: [1, 8, 8]
        - conv2d: {filters: 6, kernel: 3, padding: same, activation: relu}
        - max_pool2d: 2
        - flatten
        - dense: {units: 400, activation: relu}
        - dropout: 0.3
        - dense: {units: 120, activation: tanh}
        - dense: {name: output, units: 10, activation: softmax}
      objective: categorical_crossentropy
      optimizer: adam
      training: {epochs: 2, batch: 30, shards: 8}
      precision: bfloat16
      """
    /// A processor without bfloat16 arithmetic.
    private static let old = ["DNNL_MAX_CPU_ISA": "AVX2"]
    /// Whether this processor has some.
    private static let isNative: Bool = {
      let flags = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
      return flags.contains(" avx512_bf16") || flags.contains(" amx_bf16")
    }()

    @Test("the same bits on one to eight ranks and after a resumption, native and emulated")
    func invariance() throws {
      try withTemporaryFolder { folder in
        let configuration = try folder.write(Self.dense, to: "a.yaml")
        for (name, environment) in [("new", [:]), ("old", Self.old)] {
          func command(_ run: String, _ ranks: Int?, _ words: [String] = []) -> Command {
            Command(
              [configuration, "--run", folder.path(name + run)] + words, ranks: ranks,
              launcherOptions: ranks == nil
                ? [] : environment.flatMap { ["-x", "\($0.key)=\($0.value)"] },
              environment: environment)
          }
          let outcomes = try Command.together(
            [nil, 2, 3, 4, 8].map { command("-\($0 ?? 1)", $0) })
          for outcome in outcomes {
            try #require(outcome.code == 0 && outcome.messages == [], "\(outcome)")
            let isNative = name == "new" && Self.isNative
            #expect(outcome.output.contains("precision bfloat16: products by") == isNative)
            #expect(outcome.output.contains("has no bfloat16 arithmetic") == !isNative)
          }
          let alone = try RunResult(folder.path(name + "-1"))
          for ranks in [2, 3, 4, 8] {
            let other = try RunResult(folder.path("\(name)-\(ranks)"))
            #expect(other.invariant == alone.invariant, "\(ranks) ranks")
          }
          let cut = try command("-cut", nil, ["--epochs", "1"]).run()
          #expect(cut.code == 0, "\(cut)")
          let rest = try command("-cut", 3, ["--resume", "--epochs", "2"]).run()
          #expect(rest.code == 0, "\(rest)")
          #expect(try RunResult(folder.path(name + "-cut")).digest == alone.digest)
          let form = name == "new" && Self.isNative ? "native" : "emulated"
          #expect(
            alone.summary["fingerprint"]?["precision"]?.string == "bfloat16 (\(form))")
        }
        let single = try Command(
          [configuration, "--set", "precision=float32", "--run", folder.path("single")]
        ).run()
        #expect(single.code == 0 && !single.output.contains("bfloat16"))
        let result = try RunResult(folder.path("single"))
        #expect(result.summary["fingerprint"]?["precision"] == nil)
        #expect(result.digest != (try RunResult(folder.path("new-1")).digest))
      }
    }

    @Test("--verbose names the kernels of layers in bfloat16, and of no other")
    func kernels() throws {
      try withTemporaryFolder { folder in
        let configuration = try folder.write(Self.dense, to: "a.yaml")
        func row(_ name: String, _ words: [String]) throws -> String {
          let run = folder.path("run-\(name)-\(words.count)")
          let outcome = try Command([configuration, "--run", run, "--verbose"] + words).run()
          try #require(outcome.code == 0, "\(outcome)")
          let table = try #require(outcome.output.components(separatedBy: "time per layer").last)
          return String(
            try #require(table.split(separator: "\n").first { $0.hasPrefix(name + " ") }))
        }
        let kernel = try #require(try row("dense_1", []).split(separator: " ").last)
        #expect(kernel.contains(":"), "\(kernel)")
        if Self.isNative { #expect(kernel.contains("bf16"), "\(kernel)") }
        #expect(try !row("output", []).contains(":"))
        #expect(try !row("dense_1", ["--set", "precision=float32"]).contains(":"))
      }
    }

    @Test("a saved model is evaluated in its precision")
    func saved() throws {
      try withTemporaryFolder { folder in
        let configuration = try folder.write(Self.dense, to: "a.yaml")
        let run = folder.path("run")
        let trained = try Command([configuration, "--run", run]).run()
        try #require(trained.code == 0, "\(trained)")
        let measured = try JSONValue(
          parsing: Command(["evaluate", run, "--json"]).run().output)
        #expect(
          measured["objective"]?.serialized()
            == (try RunResult(run)).summary["test"]?["objective"]?.serialized())
      }
    }

    @Test("check shows in which numbers each layer computes")
    func check() throws {
      try withTemporaryFolder { folder in
        let configuration = try folder.write(Self.dense, to: "a.yaml")
        for environment in [[:], Self.old] {
          let outcome = try Command(["check", configuration], environment: environment).run()
          #expect(outcome.code == 0, "\(outcome)")
          let isNative = environment.isEmpty && Self.isNative
          let rows = outcome.output.split(separator: "\n").map { line in
            line.split(separator: " ").map(String.init)
          }
          func row(_ name: String) throws -> String {
            try #require(rows.first { $0.first == name }).joined(separator: " ")
          }
          #expect(try row("layer").hasSuffix("precision from"))
          let reduced = isNative ? "bfloat16" : "bfloat16 (emulated)"
          #expect(try row("conv_1").hasSuffix(" " + reduced))
          #expect(try row("dense_1").hasSuffix(" " + reduced))
          #expect(try row("output").hasSuffix(" float32"))
          #expect(try row("max_pool_1").hasSuffix(" float32"))
        }
        let json = try JSONValue(
          parsing: Command(["check", configuration, "--json"]).run().output)
        #expect(json["layers"]?.array?.last?["precision"]?.string == "float32")
        let wrong = try Command(["check", configuration, "--set", "precision=float16"]).run()
        #expect(wrong.code == 78 && wrong.error.contains("float32 or bfloat16"), "\(wrong)")
      }
    }
  }
}
