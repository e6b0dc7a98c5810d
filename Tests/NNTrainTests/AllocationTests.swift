import Foundation
import Testing
import _TestSupport

extension EndToEnd {
  /// The loop of training asks for no memory: runs of different lengths within one epoch allocate the
  /// same. The allocator's calls are told apart by the library that makes them, so that those of oneDNN
  /// and Open MPI within their own functions do not count.
  @Suite struct AllocationTests {
    private struct Count {
      var own: Int
      var live: Int
    }

    private static let dense = """
      model: [flatten, {dense: {units: 24, activation: relu}}, {dropout: 0.2}, {dense: {units: 10, activation: softmax}}]
      """
    private static let convolutional = """
      model:
        - reshape: {shape: [1, 8, 8]}
        - conv2d: {filters: 4, kernel: 3, padding: same, activation: relu}
        - batch_normalization
        - max_pool2d: {size: 2}
        - flatten
        - dense: {units: 260, activation: relu}
        - dense: {units: 10, activation: softmax}
      """

    /// Sequences of eight characters that are judged step by step; one of them counts as padding.
    private static let padded = """
      model:
        - embedding: {vocabulary: 4, units: 3, mask_zero: true}
        - gru: {units: 5, return_sequences: true, dropout: 0.1, recurrent_dropout: 0.2}
        - dense: {units: 4, activation: softmax}
      """

    private static let machine = """
      model:
        - dense: {units: 24, activation: sigmoid}
        - dense: {units: 12, activation: sigmoid}
        - dense: {units: 10, activation: softmax}
      pretraining:
        dbn:
          {epochs: STEPS steps, batch: 8, visible: gaussian, persistent: true, sparsity: 0.1,
          up_down: {epochs: STEPS steps, batch: 8}}
      """

    @Test(
      "a thousand steps allocate nothing, and memory does not grow",
      arguments: [
        ("dense", 2, false), ("convolutional", 1, true), ("convolutional", 2, true),
        ("augmented", 2, true), ("machine", 2, true), ("padded", 2, true),
        ("synchronized", 2, true), ("bfloat16", 2, true),
      ])
    func steps(network: String, ranks: Int, sharing: Bool) throws {
      try withTemporaryFolder { folder in
        let tool = try preloaded("allocations/count.c", in: folder)
        let commands = try [100, 1100].map {
          try command(folder, tool, network, ranks, sharing, steps: $0)
        }
        let counts = try Command.together(commands, timeout: 180).map { try count($0, ranks) }
        let (short, long) = (counts[0], counts[1])
        for (rank, (before, after)) in zip(short, long).enumerated() {
          // One call in each step would be 1000. The coordinator writes files beside the steps, whose
          // texts depend on the clock.
          #expect(abs(after.own - before.own) < (rank == 0 ? 200 : 60), "\(before) \(after)")
          #expect(abs(after.live - before.live) < 60, "\(before) \(after)")
        }
      }
    }

    /// The counting library, built from its source.
    /// The command that trains for `steps` steps and counts. A dictionary's random order would make sorting
    /// its keys cost hundreds of comparisons more or fewer.
    private func command(
      _ folder: TemporaryFolder, _ tool: String, _ network: String, _ ranks: Int, _ sharing: Bool,
      steps: Int
    ) throws -> Command {
      let model =
        switch network {
        case "dense": AllocationTests.dense
        case "padded": AllocationTests.padded
        case "machine": AllocationTests.machine.replacing("STEPS", with: "\(steps)")
        case "synchronized":
          AllocationTests.convolutional.replacing(
            "batch_normalization", with: "batch_normalization: {synchronized: true}")
        default: AllocationTests.convolutional
        }
      let verb = network == "machine" ? ["pretrain"] : []
      let augment =
        network != "augmented"
        ? ""
        : ", augment: [{random_rotation: 0.1}, {gaussian_noise: 0.1}, {mix_up: {within_class: true}}, {random_erasing: 0.5},"
          + " {random_contrast: 0.2}]"
      let source =
        network == "padded"
        ? "train: {path: a.txt, length: 8}"
        : "source: synthetic, shape: \(network == "machine" ? "[64]" : "[8, 8]"), classes: 10,"
          + " count: 12000"
      try folder.write(String(repeating: "abcdcbadb", count: 10_700), to: "a.txt")
      let configuration = try folder.write(
        """
        data: {\(source)\(augment)}
        \(model)
        objective: \(augment == "" ? "sparse_" : "")categorical_crossentropy
        optimizer: adam
        training: {epochs: \(steps) steps, batch: 8, shards: 4}
        parallel: {shared_memory: \(sharing)}
        precision: \(network == "bfloat16" ? "bfloat16" : "float32")
        """, to: "\(steps).yaml")
      let run = folder.path("run-\(steps)")
      let words = verb + [configuration, "--run", run, "--quiet"]
      let environment = ["LD_PRELOAD": tool, "SWIFT_DETERMINISTIC_HASHING": "1"]
      return ranks == 1
        ? Command(words, environment: environment)
        : Command(
          words, ranks: ranks,
          launcherOptions: environment.flatMap { ["-x", "\($0.key)=\($0.value)"] })
    }

    /// What each rank told.
    private func count(_ outcome: CommandOutcome, _ ranks: Int) throws -> [Count] {
      try #require(outcome.code == 0, "\(outcome)")
      let lines = outcome.error.split(separator: "\n").compactMap { line in
        line.wholeMatch(of: /allocations: own (\d+), others \d+, live (-?\d+)/).flatMap {
          (match) -> Count? in
          guard let own = Int(match.1), let live = Int(match.2) else { return nil }
          return Count(own: own, live: live)
        }
      }
      // The launcher's helper of a lone process has no nntrain in it. The coordinator comes first: it
      // allocates more.
      let counts = lines.filter { $0.own > 1000 }.sorted { $0.own > $1.own }
      try #require(counts.count == ranks, "\(outcome)")
      return counts
    }
  }
}
