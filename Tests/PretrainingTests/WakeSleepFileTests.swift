import Formats
import Foundation
import Layers
import OneDNN
import Tensors
import Testing
import _TestSupport

@testable import Pretraining

/// Networks that were trained as a whole, as they lie in files: their two directions apart, and damage told.
@Suite struct WakeSleepFileTests {
  /// Parameters of all levels of `widths`, the data's first: no two alike, so that a mistaken one is seen.
  private func parameters(_ widths: [Int]) -> [(name: String, shape: Shape, values: [Float])] {
    var parameters: [(name: String, shape: Shape, values: [Float])] = []
    func add(_ name: String, _ shape: Shape) {
      let phase = 1.7 * Float(parameters.count)
      let scale: Float = name == "weight" ? 1.3 : shape.rank == 2 ? 4 : 0.6
      let values = (0..<shape.count).map { scale * sin(2.3 * Float($0) + phase) }
      parameters.append((name, shape, values))
    }
    for level in 1..<widths.count - 1 {
      let (above, below) = (widths[level], widths[level - 1])
      add("recognition_weight_\(level)", [above, below])
      add("recognition_bias_\(level)", [above])
      add("generative_weight_\(level)", [above, below])
      add("generative_bias_\(level)", [below])
    }
    let (above, below) = (widths[widths.count - 1], widths[widths.count - 2])
    add("weight", [above, below])
    add("bias", [above])
    add("visible_bias", [below])
    return parameters
  }

  /// The opened file of the network of `widths`; with `shapes` some parameters have others, or are absent.
  private func open(
    _ folder: TemporaryFolder, _ widths: [Int], shapes: [String: Shape?] = [:]
  ) throws -> SafetensorsReader {
    let path = folder.path("model.safetensors")
    let kept = parameters(widths).compactMap { parameter in
      (shapes[parameter.name] ?? parameter.shape).map { (parameter.name, $0, parameter.values) }
    }
    let writer = try SafetensorsWriter(
      path: path, tensors: kept.map { .init("up_down.\($0.0)", .float32, $0.1) },
      metadata: [WakeSleepFile.visibleKey: "bernoulli"])
    for (name, shape, values) in kept {
      let fitting = (0..<shape.count).map { values[$0 % values.count] }
      try writer.write("up_down.\(name)", fitting.span)
    }
    try writer.finish()
    return try SafetensorsReader(path: path)
  }

  @Test("samples come down by the generative weights, states go up by the recognition's")
  func directions() throws {
    let network = try withTemporaryFolder { try WakeSleepFile.network(open($0, [3, 4, 5])) }
    let engine = try Engine()
    let (stream, key) = (try Stream(engine: engine), RandomKey(seed: 4, purpose: .sampling))
    let (generation, recognition) = (network.machines[0], network.recognition[0])
    let top = Enumeration(network.machines[1])

    var means = [Double](repeating: 0, count: 3)
    try network.samples(
      count: 3000, steps: 25, start: nil, key: key, engine: engine, stream: stream
    ) { rows in
      for i in 0..<rows.count { means[i % 3] += Double(rows[i]) / 3000 }
    }
    /// E[v] of v that `machine` draws below the top machine.
    func below(_ machine: GibbsChains.Parameters) -> [Double] {
      var (sums, total) = ([Double](repeating: 0, count: 3), 0.0)
      for h in Enumeration.states(4) {
        let weight = exp(-top.freeEnergy(h))
        total += weight
        for (i, p) in Enumeration(machine).visibleProbabilities(h).enumerated() {
          sums[i] += weight * p
        }
      }
      return sums.map { $0 / total }
    }
    let (exact, mistaken) = (below(generation), below(recognition))
    for (mean, wanted) in zip(means, exact) { #expect(abs(mean - wanted) < 0.03) }
    #expect(zip(exact, mistaken).contains { abs($0 - $1) > 0.2 }, "both ways are alike")

    let sample: [Double] = [1, 0, 1]
    let rows = FloatStorage((0..<3000).flatMap { _ in sample.map { Float($0) } })
    let states = try network.states(of: rows, key: key, engine: engine, stream: stream)
    /// E[o] of the top units o that follow `sample` by way of `machine`.
    func above(_ machine: GibbsChains.Parameters) -> [Double] {
      let odds = Enumeration(machine).hiddenProbabilities(sample)
      var sums = [Double](repeating: 0, count: 5)
      for h in Enumeration.states(4) {
        let weight = zip(h, odds).reduce(1.0) { $0 * ($1.0 > 0 ? $1.1 : 1 - $1.1) }
        for (j, p) in top.hiddenProbabilities(h).enumerated() { sums[j] += weight * p }
      }
      return sums
    }
    let (expected, other) = (above(recognition), above(generation))
    for j in 0..<5 {
      let mean = stride(from: j, to: states.count, by: 5).reduce(0) {
        $0 + Double(states.array[$1]) / 3000
      }
      #expect(abs(mean - expected[j]) < 0.03)
    }
    #expect(zip(expected, other).contains { abs($0 - $1) > 0.1 }, "both ways are alike")
  }

  @Test(
    "a part that is missing or doesn't fit is named",
    arguments: [
      // The levels are as wide as one another: without a look at all names one would be skipped.
      ("generative_weight_2", nil), ("recognition_bias_1", nil), ("visible_bias", nil),
      ("recognition_weight_2", [4, 3]), ("recognition_weight_1", [4, 7]),
      ("generative_weight_2", [5, 4]), ("generative_bias_2", [3]), ("weight", [5, 3]),
      ("bias", [5, 1]), ("visible_bias", [5]),
    ] as [(String, Shape?)])
  func damage(name: String, shape: Shape?) throws {
    try withTemporaryFolder { folder in
      let whole = try WakeSleepFile.network(open(folder, [3, 4, 4, 5]))
      #expect(whole.machines.count == 3)
      let reader = try open(folder, [3, 4, 4, 5], shapes: [name: shape])
      let error = try #require(throws: FileError.self) { try WakeSleepFile.network(reader) }
      #expect(error.kind == .badContent && error.path == reader.path)
      #expect(error.description.contains(name), "\(error)")
    }
  }

  @Test("a network without a level below its top machine is none")
  func levels() throws {
    try withTemporaryFolder { folder in
      var shapes: [String: Shape?] = [:]
      for (name, _, _) in parameters([3, 4, 5]) where name.hasSuffix("_1") {
        shapes[name] = .some(nil)
      }
      let reader = try open(folder, [3, 4, 5], shapes: shapes)
      #expect(throws: FileError.self) { try WakeSleepFile.network(reader) }
    }
  }
}
