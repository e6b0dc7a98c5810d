import Tensors
import Testing

@testable import Collectives

@Suite struct FoldScheduleTests {
  // Longer than a block and no multiple of it, so that pieces and the ragged end are crossed.
  private let count = 2 * FoldSchedule.block + 37

  private func slabs(_ number: Int) -> [Slab] {
    (0..<number).map { Slab(storage: FloatStorage(Leaves.vector($0, 0, count)), start: 0) }
  }

  @Test(arguments: 2...9, [0, 1, 2, 100])
  func theResultIsTheTreesWhereverItIsWanted(leaves: Int, place: Int) {
    let blocks = slabs(leaves)
    let outside = Slab(storage: FloatStorage(count: count), start: 0)
    let result = place < leaves ? blocks[place] : outside
    let folds = ShardTree(shards: leaves).folds(over: (0..<leaves).map { $0..<$0 + 1 })
    let schedule = FoldSchedule(blocks: blocks, folds: folds, result: result, count: count)
    schedule.run()
    #expect(result.storage.array.bits == Leaves.treeSum(0..<leaves, 0, count).bits)
  }

  @Test(arguments: 2...9)
  func blocksAreKeptWhereTheyAreOthers(leaves: Int) {
    let blocks = slabs(leaves)
    let result = Slab(storage: FloatStorage(count: count), start: 0)
    let folds = ShardTree(shards: leaves).folds(over: (0..<leaves).map { $0..<$0 + 1 })
    let schedule = FoldSchedule(
      blocks: blocks, folds: folds, result: result, count: count, isKeeping: true)
    for _ in 0..<2 {
      schedule.run()
      #expect(result.storage.array.bits == Leaves.treeSum(0..<leaves, 0, count).bits)
    }
    for (shard, block) in blocks.enumerated() {
      #expect(block.storage.array.bits == Leaves.vector(shard, 0, count).bits)
    }
  }

  @Test func theLeavesTellOneOrderFromAnother() {
    // Were the sum of any order the same, the tests of the tree could not fail.
    var serial = Leaves.vector(0, 0, count)
    for shard in 1..<8 { serial = zip(serial, Leaves.vector(shard, 0, count)).map { $0 + $1 } }
    #expect(serial.bits != Leaves.treeSum(0..<8, 0, count).bits)
  }
}
