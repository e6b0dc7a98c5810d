import MPI
import Tensors

/// Which buckets are exchanged fastest here: measured at the start, judged by rank 0.
///
/// The answer may differ from run to run; it changes when something is sent, and no sum.
enum BucketMeasurement {
  /// The sizes that are tried, in elements: 256 KB, 1 MB and 4 MB.
  static let candidates = [1 << 16, 1 << 18, 1 << 20]
  /// The most elements that are exchanged in the measurement.
  static let sample = 1 << 21
  /// How much slower a smaller bucket may be and is still chosen: it leaves more to be hidden behind
  /// the backward pass.
  static let tolerance = 1.1

  /// The elements of a bucket for vectors of `count` elements.
  static func choose(_ communicator: Communicator, shards: Int, count: Int) throws -> Int {
    let useful = candidates.filter { 2 * $0 <= count }
    guard communicator.size > 1, let smallest = useful.first else { return max(count, 1) }
    var seconds: [Double] = []
    for size in useful {
      seconds.append(
        try measure(size, communicator, shards: shards, count: min(count, sample)))
    }
    let best = seconds.min() ?? 0
    let chosen = zip(useful, seconds).first { $0.1 <= best * tolerance }?.0 ?? smallest
    return try communicator.broadcast(chosen, root: 0)
  }

  /// The seconds of the fastest of three reductions in buckets of `size`, after one to warm up.
  private static func measure(
    _ size: Int, _ communicator: Communicator, shards: Int, count: Int
  ) throws -> Double {
    let reducer = try GradientReducer(
      communicator: communicator, shards: shards, count: count, bucket: .elements(size),
      usesSharedMemory: false)
    var fastest = Double.infinity
    for _ in 0..<4 {
      try communicator.barrier()
      let begin = MonotonicClock.seconds
      while reducer.pendingShards > 0 { reducer.ready(0..<count) }
      _ = try reducer.finish()
      fastest = min(fastest, MonotonicClock.seconds - begin)
    }
    return fastest
  }
}
