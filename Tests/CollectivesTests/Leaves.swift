/// Numbers of mixed signs and sizes whose sums depend on the order of additions; functions of shard,
/// step and element alone, so that every rank can compute every other's.
enum Leaves {
  static func value(_ shard: Int, _ step: Int, _ i: Int) -> Float {
    var x =
      UInt64(bitPattern: Int64(shard &* 1_000_003 &+ step &* 7919 &+ i)) &+ 0x9E37_79B9_7F4A_7C15
    x = (x ^ (x >> 30)) &* 0xBF58_476D_1CE4_E5B9
    x = (x ^ (x >> 27)) &* 0x94D0_49BB_1331_11EB
    x ^= x >> 31
    let unit = Float(Int64(bitPattern: x) >> 40) / Float(1 << 23)
    let scales: [Float] = [1e-3, 1, 1e4]
    return unit * scales[Int(x % 3)]
  }

  /// Drawn once: the tests take many vectors from it.
  private static let pool = (0..<1 << 16).map { value(0, 0, $0) }

  static func vector(_ shard: Int, _ step: Int, _ count: Int) -> [Float] {
    let start = shard * 1009 + step * 131
    return Array(pool[start..<start + count])
  }

  /// The sum in the tree, by plain recursion.
  static func treeSum(_ shards: Range<Int>, _ step: Int, _ count: Int) -> [Float] {
    guard shards.count > 1 else { return vector(shards.lowerBound, step, count) }
    let middle = shards.lowerBound + (shards.count + 1) / 2
    let left = treeSum(shards.lowerBound..<middle, step, count)
    let right = treeSum(middle..<shards.upperBound, step, count)
    return (0..<count).map { left[$0] + right[$0] }
  }
}

extension Array where Element == Float {
  /// For comparisons to which 0 and −0 differ.
  var bits: [UInt32] { map(\.bitPattern) }
}
