import CAllReduce
import Collectives
import MPI
import Tensors

#if canImport(Glibc)
  import Glibc
#endif

/// Measures `GradientReducer` and `MPI_Allreduce` in turn, and compares the reducer's bits with those of
/// a serial tree. Words: repetitions, repetitions of vectors of 100 MB, most kilobytes (200 20 102400).
@main
enum Exchange {
  /// Vectors in kilobytes.
  static let sizes = [4, 64, 1024, 16 * 1024, 100 * 1024]

  static func main() throws {
    let words = CommandLine.arguments.dropFirst().compactMap { Int($0) }
    let most = words.count > 2 ? words[2] : sizes[sizes.count - 1]
    let universe = try Universe()
    let world = universe.world
    var isRight = true
    for shards in world.size == 3 ? [3, 8] : [world.size] {
      for kilobytes in sizes where kilobytes <= most {
        let isLarge = kilobytes > 32 * 1024
        let repetitions = isLarge ? words.dropFirst().first ?? 20 : words.first ?? 200
        let case_ = try Case(world, shards: shards, count: kilobytes * 256)
        let row = try case_.measure(repetitions)
        isRight = isRight && row.isRight
        if world.rank == 0 { print(row.text(ranks: world.size, shards, kilobytes, repetitions)) }
      }
    }
    try universe.finalize()
    if !isRight { exit(1) }
  }
}

/// The figures of one size.
struct Row {
  var own: Double
  var library: Double
  var buckets: Int
  var isRight: Bool

  func text(ranks: Int, _ shards: Int, _ kilobytes: Int, _ repetitions: Int) -> String {
    func padded(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    func fixed(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
    let cells = [
      "\(ranks)", "\(shards)", "\(kilobytes)", "\(buckets)", "\(repetitions)", fixed(own * 1e6),
      fixed(library * 1e6), fixed(library / own), isRight ? "same" : "WRONG",
    ]
    return zip(cells, [5, 6, 8, 7, 5, 12, 12, 7, 6]).map { padded($0, $1) }.joined(separator: " ")
  }
}

/// One size on one number of shards.
struct Case {
  let world: Communicator
  let reducer: GradientReducer
  let count: Int
  let leaves: [FloatStorage]
  let work: FloatStorage

  init(_ world: Communicator, shards: Int, count: Int) throws {
    self.world = world
    self.count = count
    reducer = try GradientReducer(communicator: world, shards: shards, count: count)
    leaves = reducer.localShards.map { Case.leaf($0, count) }
    work = FloatStorage(count: count)
  }

  /// Numbers of mixed signs and sizes, whose sums depend on the order of additions.
  static func leaf(_ shard: Int, _ count: Int) -> FloatStorage {
    let storage = FloatStorage(count: count)
    var span = storage.mutableSpan
    var state = UInt32(truncatingIfNeeded: shard &* 7919 &+ 17)
    for i in 0..<count {
      state = state &* 1_664_525 &+ 1_013_904_223
      span[i] = Float(Int32(bitPattern: state)) * (i % 3 == 0 ? 1e-6 : 1e-9)
    }
    return storage
  }

  /// Both sums in turn; the slowest rank counts, the median is told.
  func measure(_ repetitions: Int) throws -> Row {
    var own: [Double] = []
    var library: [Double] = []
    var isRight = true
    for repetition in -2..<repetitions {
      let seconds = try reduce(check: repetition == -2, &isRight)
      copy(leaves[0], to: work)
      try world.barrier()
      let begin = MonotonicClock.seconds
      guard all_reduce(work.base, CInt(count)) == 0 else { fatalError("MPI_Allreduce failed") }
      let other = MonotonicClock.seconds - begin
      if repetition < 0 { continue }
      own.append(seconds)
      library.append(other)
    }
    return Row(
      own: try median(own), library: try median(library), buckets: reducer.plan.buckets.count,
      isRight: try world.allReduce(isRight ? 1 : 0, .min) == 1)
  }

  /// The seconds of the additions and messages of one step, the writing of leaves left out.
  private func reduce(check: Bool, _ isRight: inout Bool) throws -> Double {
    var seconds = 0.0
    for leaf in leaves {
      let (storage, offset) = reducer.place(of: 0..<count)
      (storage.base + offset).update(from: leaf.base, count: count)
      if reducer.pendingShards == 1 { try world.barrier() }
      let begin = MonotonicClock.seconds
      reducer.ready(0..<count)
      seconds += MonotonicClock.seconds - begin
    }
    let begin = MonotonicClock.seconds
    let sum = try reducer.finish()
    seconds += MonotonicClock.seconds - begin
    if check {
      let expected = serial(0..<reducer.plan.tree.shards)
      for i in 0..<count where sum.base[i].bitPattern != expected.base[i].bitPattern {
        isRight = false
      }
    }
    return seconds
  }

  /// The sum of the leaves of `node`, by recursion.
  private func serial(_ node: Range<Int>) -> FloatStorage {
    guard node.count > 1 else { return Case.leaf(node.lowerBound, count) }
    let middle = ShardTree.middle(of: node)
    let (left, right) = (
      serial(node.lowerBound..<middle), serial(middle..<node.upperBound)
    )
    var sum = left.mutableSpan
    let other = right.span
    for i in 0..<count { sum[i] = sum[i] + other[i] }
    return left
  }

  private func copy(_ from: FloatStorage, to: FloatStorage) {
    to.base.update(from: from.base, count: count)
  }

  private func median(_ mine: [Double]) throws -> Double {
    var slowest = mine
    var span = slowest.mutableSpan
    try world.allReduce(&span, .max)
    return slowest.sorted()[slowest.count / 2]
  }
}
