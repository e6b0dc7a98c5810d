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

  /// What every shard brings: `floats` numbers, then pairs of elements that are the halves of a Double.
  private func mixed(_ shard: Int, floats: Int) -> [Float] {
    let numbers = Leaves.vector(shard, 0, count - count % 2)
    let storage = FloatStorage(numbers)
    var values = storage.mutableSpan
    for i in stride(from: floats, to: numbers.count, by: 2) {
      storeHalves(of: Double(numbers[i]) * 1e30 + Double(numbers[i + 1]), to: &values, at: i)
    }
    return storage.array
  }

  private func mixedSum(_ shards: Range<Int>, floats: Int) -> [Float] {
    guard shards.count > 1 else { return mixed(shards.lowerBound, floats: floats) }
    let middle = shards.lowerBound + (shards.count + 1) / 2
    let left = FloatStorage(mixedSum(shards.lowerBound..<middle, floats: floats))
    let right = FloatStorage(mixedSum(middle..<shards.upperBound, floats: floats))
    var sum = left.mutableSpan
    for i in 0..<floats { sum[i] += right.span[i] }
    for i in stride(from: floats, to: sum.count, by: 2) {
      let value = doubleFromHalves(left.span, at: i) + doubleFromHalves(right.span, at: i)
      storeHalves(of: value, to: &sum, at: i)
    }
    return left.array
  }

  @Test("halves of Double are added as such", arguments: 2...9, [0, 4098, 8192])
  func halves(leaves: Int, floats: Int) {
    let expected = mixedSum(0..<leaves, floats: floats).bits
    for isKeeping in [false, true] {
      let blocks = (0..<leaves).map {
        Slab(storage: FloatStorage(mixed($0, floats: floats)), start: 0)
      }
      let result = Slab(storage: FloatStorage(count: expected.count), start: 0)
      let schedule = FoldSchedule(
        blocks: blocks,
        folds: ShardTree(shards: leaves).folds(over: (0..<leaves).map { $0..<$0 + 1 }),
        result: result, count: expected.count, floats: floats, isKeeping: isKeeping)
      schedule.run()
      #expect(result.storage.array.bits == expected)
    }
  }
}
