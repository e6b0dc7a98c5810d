import Collectives
import MPI
import Tensors
import Testing
import _TestSupport

#if canImport(Glibc)
  import Glibc
#endif

extension Bucket.Exchange {
  fileprivate static let all: [Bucket.Exchange] = [.whole, .sliced, .sharedWhole, .sharedSliced]

  fileprivate var sharesMemory: Bool { self == .sharedWhole || self == .sharedSliced }
}

@MainActor @Suite(.serialized) struct GradientReducerAcrossRanks {
  static let shardCounts = [1, 2, 3, 5, 6, 7, 8, 16]

  /// One step: each local shard is written, the last `pieces` ranges of it one after the other; the
  /// sum is handed out.
  private func step(
    _ reducer: GradientReducer, _ step: Int, _ count: Int, pieces: Int = 1
  ) throws -> FloatStorage {
    for shard in reducer.localShards {
      let vector = Leaves.vector(shard, step, count)
      for piece in (0..<pieces).reversed() {
        let range = piece * count / pieces..<(piece + 1) * count / pieces
        write(vector, range, reducer)
        reducer.ready(range)
        reducer.progress()
      }
    }
    return try reducer.finish()
  }

  private func write(_ vector: [Float], _ range: Range<Int>, _ reducer: GradientReducer) {
    let (storage, offset) = reducer.place(of: range)
    var span = storage.mutableSpan(offset..<offset + range.count)
    for i in 0..<range.count { span[i] = vector[range.lowerBound + i] }
  }

  // Fewer elements than ranks, no multiple of anything, both sides of the exchange's limit, more
  // than a block.
  @Test(arguments: [0, 1, 2, 5, 31, 257, 4096, 4101, 20_011])
  func bitsAreThoseOfTheTreeForEveryNumberOfShards(count: Int) throws {
    try Ranks.together("\(#function) \(count)") { world in
      for shards in Self.shardCounts where shards >= world.size {
        let expected = (0..<3).map { Leaves.treeSum(0..<shards, $0, count).bits }
        for exchange in [nil] + Bucket.Exchange.all {
          let reducer = try GradientReducer(
            communicator: world, shards: shards, count: count,
            exchange: world.size == 1 ? nil : exchange)
          for number in 0..<3 {
            let sum = try step(reducer, number, count)
            #expect(
              sum.array.bits == expected[number],
              "S=\(shards) P=\(world.size) count=\(count) step=\(number) \(reducer.plan.buckets)")
          }
        }
      }
    }
  }

  @Test("halves of Double at the vector's end are added as such on every number of ranks")
  func halvesOfDouble() throws {
    let (count, floats) = (40, 32)
    /// A large number and small ones, whose sum in single precision would be the large one.
    func value(_ shard: Int, _ i: Int) -> Double { shard == 0 ? 1e8 : Double(shard + i) * 1e-7 }
    try Ranks.together(#function) { world in
      for shards in Self.shardCounts where shards >= world.size {
        for exchange in [nil] + Bucket.Exchange.all {
          let reducer = try GradientReducer(
            communicator: world, shards: shards, count: count, floats: floats,
            exchange: world.size == 1 ? nil : exchange)
          for shard in reducer.localShards {
            let vector = FloatStorage(Leaves.vector(shard, 0, count))
            var elements = vector.mutableSpan
            for i in stride(from: floats, to: count, by: 2) {
              storeHalves(of: value(shard, i), to: &elements, at: i)
            }
            write(vector.array, floats - 16..<count, reducer)
            reducer.ready(floats - 16..<count)
            write(vector.array, 0..<floats - 16, reducer)
            reducer.ready(0..<floats - 16)
          }
          let sum = try reducer.finish()
          let wanted = Leaves.treeSum(0..<shards, 0, count).bits
          #expect(Array(sum.array.bits[..<floats]) == Array(wanted[..<floats]))
          for i in stride(from: floats, to: count, by: 2) {
            let exact = (0..<shards).reversed().reduce(0) { $0 + value($1, i) }
            #expect(abs(doubleFromHalves(sum.span, at: i) - exact) <= 3e-8)
          }
        }
      }
    }
  }

  // Ranges that end within buckets and buckets that end within ranges; more buckets than are looked
  // at in one call; some exchanged whole, some in slices.
  @Test(arguments: [1, 3, 7])
  func bucketsAndRangesDoNotChangeABit(pieces: Int) throws {
    try Ranks.together("\(#function) \(pieces)") { world in
      let count = 20_011
      for shards in [3, 7, 8] where shards >= world.size {
        for bucket in [1000, 4096, 20_011] {
          for exchange in Bucket.Exchange.all {
            let reducer = try GradientReducer(
              communicator: world, shards: shards, count: count,
              largestRange: (count + pieces - 1) / pieces, bucket: .elements(bucket),
              exchange: exchange)
            for number in 0..<2 {
              let sum = try step(reducer, number, count, pieces: pieces)
              #expect(
                sum.array.bits == Leaves.treeSum(0..<shards, number, count).bits,
                "S=\(shards) P=\(world.size) bucket=\(bucket) step=\(number)")
            }
          }
        }
      }
    }
  }

  @Test(arguments: [true, false])
  func aRankThatIsLateIsMet(sharing: Bool) throws {
    try Ranks.together("\(#function) \(sharing)") { world in
      for count in [100, 300_000] {
        let reducer = try GradientReducer(
          communicator: world, shards: 8, count: count, usesSharedMemory: sharing)
        for number in 0..<3 {
          for shard in reducer.localShards {
            if world.rank == number % world.size { usleep(20_000) }
            write(
              Leaves.vector(shard, number, min(count, 1000)) + zeros(count - 1000), 0..<count,
              reducer)
            reducer.ready(0..<count)
          }
          try reducer.meet()
          let sum = try reducer.finish()
          #expect(!reducer.isBusy)
          let head = Leaves.treeSum(0..<8, number, min(count, 1000))
          #expect(sum.array.bits == (head + zeros(count - 1000)).bits)
        }
      }
    }
  }

  // The others are at the next step, and write, before it has read what they wrote in this one.
  @Test(arguments: Bucket.Exchange.all)
  func whoReadsLateFindsTheSumOfItsStep(exchange: Bucket.Exchange) throws {
    try Ranks.together("\(#function) \(exchange)") { world in
      let count = 1000
      let reducer = try GradientReducer(
        communicator: world, shards: 8, count: count, exchange: exchange)
      for number in 0..<6 {
        for shard in reducer.localShards {
          write(Leaves.vector(shard, number, count), 0..<count, reducer)
          reducer.ready(0..<count)
        }
        if world.rank == number % world.size { usleep(20_000) }
        let sum = try reducer.finish()
        #expect(sum.array.bits == Leaves.treeSum(0..<8, number, count).bits, "step \(number)")
      }
    }
  }

  private func zeros(_ count: Int) -> [Float] { [Float](repeating: 0, count: max(0, count)) }

  @Test func theMeasurementChoosesOneSizeForAllRanks() throws {
    try Ranks.together { world in
      let count = 600_000
      let reducer = try GradientReducer(
        communicator: world, shards: 8, count: count, usesSharedMemory: false)
      #expect(reducer.plan.buckets.allSatisfy { !$0.exchange.sharesMemory })
      let buckets = try world.allGather(reducer.plan.buckets.map(\.range.count))
      #expect(buckets.allSatisfy { $0 == buckets[0] })
      #expect(buckets[0].reduce(0, +) == (world.size > 1 ? count : 0))
    }
  }

  @Test func theBlockingReducerAgrees() throws {
    try Ranks.together { world in
      for shards in Self.shardCounts where shards >= world.size {
        let count = 5003
        let slow = try BlockingReducer(communicator: world, shards: shards)
        let fast = try GradientReducer(communicator: world, shards: shards, count: count)
        #expect(slow.localShards == fast.localShards)
        let expected = try slow.reduce(slow.localShards.map { Leaves.vector($0, 9, count) })
        let sum = try step(fast, 9, count)
        #expect(sum.array.bits == expected.bits)
        #expect(expected.bits == Leaves.treeSum(0..<shards, 9, count).bits)
      }
    }
  }

  // A step with a number that is not finite, between steps without; behind the judged ones it is let be.
  @Test(arguments: Bucket.Exchange.all)
  func everyRankKnowsWhetherTheSumIsFinite(exchange: Bucket.Exchange) throws {
    try Ranks.together("\(#function) \(exchange)") { world in
      let (count, judged) = (5003, 4099)
      let reducer = try GradientReducer(
        communicator: world, shards: 8, count: count, judged: judged,
        bucket: .elements(512), exchange: exchange)
      for place in [nil, 0, nil, judged - 1, judged, 2000, nil] as [Int?] {
        for shard in reducer.localShards {
          let (storage, offset) = reducer.place(of: 0..<count)
          var values = storage.mutableSpan(offset..<offset + count)
          for i in 0..<count { values[i] = i == place && shard == 5 ? .infinity : 1 }
          reducer.ready(0..<count)
        }
        _ = try reducer.finish()
        #expect(reducer.sumIsFinite == (place.map { $0 >= judged } ?? true), "\(place ?? -1)")
      }
    }
  }

  @Test func partsAreHandedOn() throws {
    try Ranks.together { world in
      let count = 1000
      let reducer = try GradientReducer(
        communicator: world, shards: 8, count: count, exchange: .sharedSliced)
      #expect(reducer.sharesSum == (world.size > 1))
      guard reducer.sharesSum else { return }
      let bounds = (0...world.size).map { $0 == world.size ? count : 16 * $0 * $0 }
      let parts = (0..<world.size).map { bounds[$0]..<bounds[$0 + 1] }
      let mine = parts[world.rank]
      for number in 1...20 {
        // Of the sum the own part alone is looked at: the others' owners may be at the next lines already.
        let sum = try step(reducer, number, count)
        #expect(
          Array(sum.array[mine]).bits == Array(Leaves.treeSum(0..<8, number, count)[mine]).bits)
        let values = FloatStorage(count: count)
        var own = values.mutableSpan(mine)
        for i in 0..<own.count { own[i] = Float(number * (mine.lowerBound + i)) }
        for start in stride(from: mine.lowerBound, to: mine.upperBound, by: 100) {
          reducer.offer(values, start..<min(start + 100, mine.upperBound))
        }
        try reducer.handOn(values, parts: parts)
        #expect(values.array == (0..<count).map { Float(number * $0) })
      }
    }
  }

  // One rank of many may not be able to: none does then.
  @Test func withoutSharedMemoryRanksSendMessages() throws {
    try Ranks.together { world in
      var limit = rlimit()
      getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      let free = open("/dev/null", O_RDONLY)
      close(free)
      if world.rank == world.size - 1 {
        var low = rlimit(rlim_cur: rlim_t(free), rlim_max: limit.rlim_max)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &low)
      }
      let reducer = try GradientReducer(communicator: world, shards: 8, count: 300)
      setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      let sum = try step(reducer, 3, 300)
      #expect(sum.array.bits == Leaves.treeSum(0..<8, 3, 300).bits)
      let other = try GradientReducer(communicator: world, shards: 8, count: 300)
      #expect(reducer.plan.buckets.allSatisfy { !$0.exchange.sharesMemory })
      #expect(other.plan.buckets.allSatisfy { $0.exchange.sharesMemory })
    }
  }

  @Test(arguments: [true, false])
  func leavesOfZerosTakePart(sharing: Bool) throws {
    try Ranks.together("\(#function) \(sharing)") { world in
      let count = 6000
      let reducer = try GradientReducer(
        communicator: world, shards: 8, count: count, usesSharedMemory: sharing)
      for shard in reducer.localShards {
        write((0..<count).map { shard == 5 ? Float($0) : 0 }, 0..<count, reducer)
        reducer.ready(0..<count)
      }
      let sum = try reducer.finish()
      #expect(sum.array == (0..<count).map { Float($0) })
    }
  }

  @Test(arguments: [true, false])
  func notANumberReachesEveryRank(sharing: Bool) throws {
    try Ranks.together("\(#function) \(sharing)") { world in
      for count in [40, 30_000] {
        let reducer = try GradientReducer(
          communicator: world, shards: 8, count: count, usesSharedMemory: sharing)
        while reducer.pendingShards > 0 {
          let isLast = world.rank == world.size - 1 && reducer.pendingShards == 1
          write((0..<count).map { isLast && $0 == 7 ? .nan : 1 }, 0..<count, reducer)
          reducer.ready(0..<count)
        }
        let sum = try reducer.finish().array
        #expect(sum[7].isNaN)
        #expect(sum.filter { $0 == 8 }.count == count - 1)
      }
    }
  }

  @Test(arguments: [true, false])
  func twoReducersDoNotMixTheirMessages(sharing: Bool) throws {
    try Ranks.together("\(#function) \(sharing)") { world in
      let short = try GradientReducer(
        communicator: world, shards: 8, count: 100, usesSharedMemory: sharing)
      let long = try GradientReducer(
        communicator: world, shards: 8, count: 30_000, usesSharedMemory: sharing)
      for number in 0..<5 {
        let (a, b) = (try step(short, number, 100), try step(long, number, 30_000))
        #expect(a.array.bits == Leaves.treeSum(0..<8, number, 100).bits)
        #expect(b.array.bits == Leaves.treeSum(0..<8, number, 30_000).bits)
      }
    }
  }

  @Test func moreRanksThanShardsIsRefusedOnEveryRank() throws {
    try Ranks.together { world in
      guard world.size > 1 else { return }  // no number of shards is below one rank
      let error = #expect(throws: CollectivesError.self) {
        _ = try GradientReducer(communicator: world, shards: world.size - 1, count: 10)
      }
      #expect(error == .moreRanksThanShards(ranks: world.size, shards: world.size - 1))
    }
  }

  @Test func differentShapesAreRefusedOnEveryRank() throws {
    try Ranks.together { world in
      guard world.size > 1 else { return }  // a rank alone cannot differ
      let error = #expect(throws: CollectivesError.self) {
        _ = try GradientReducer(communicator: world, shards: 8, count: world.rank == 1 ? 11 : 10)
      }
      #expect(error?.description.contains("rank 1 of \(world.size)") == true)
    }
  }
}
