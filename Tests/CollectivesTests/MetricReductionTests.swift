import Collectives
import MPI
import Testing
import _TestSupport

@MainActor @Suite(.serialized) struct MetricReductionAcrossRanks {
  @Test(arguments: [0, 1, 2, 3, 7, 20])
  func bitsDependOnTheChunksAlone(chunks: Int) throws {
    try Ranks.together("\(#function) \(chunks)") { world in
      let width = 3
      let all = (0..<chunks).flatMap { chunk in
        (0..<width).map { Double(Leaves.value(chunk, 1, $0)) / 7 }
      }
      // Few chunks leave the last ranks without any.
      let each = (chunks + world.size - 1) / world.size
      let lower = min(world.rank * each, chunks)
      let upper = min(lower + each, chunks)
      let reduction = MetricReduction(communicator: world, width: width)
      let total = try reduction.total(Array(all[lower * width..<upper * width]))
      #expect(total.map(\.bitPattern) == treeSum(all, width: width).map(\.bitPattern))
    }
  }

  @Test func sumsAreSums() throws {
    try Ranks.together { world in
      let reduction = MetricReduction(communicator: world, width: 2)
      let total = try reduction.total([Double(world.rank), 1])
      #expect(total == [Double(world.size * (world.size - 1) / 2), Double(world.size)])
    }
  }
}
