/// Gives places in one arena to buffers by the time in which they live.
///
/// Two buffers may share a place if their lives do not touch. The largest are placed first, each at
/// the lowest offset where it meets nobody (best-fit by size; Pisarchyk and Lee, "Efficient Memory
/// Management for Deep Neural Net Inference", 2020, section 5).
struct MemoryPlanner {
  /// One buffer: its size in floats, and the first and last instants at which it is in use.
  struct Buffer {
    var count: Int
    var life: ClosedRange<Int>
  }

  private(set) var buffers: [Buffer] = []

  /// The unit of places in floats: a cache line.
  private static let unit = 16

  /// Asks for a buffer; the answer is its number.
  mutating func request(count: Int, life: ClosedRange<Int>) -> Int {
    buffers.append(Buffer(count: count, life: life))
    return buffers.count - 1
  }

  /// Lets buffer `index` live at `instant` too.
  mutating func extend(_ index: Int, to instant: Int) {
    let life = buffers[index].life
    buffers[index].life = min(life.lowerBound, instant)...max(life.upperBound, instant)
  }

  /// The offset of every buffer and the size of the arena.
  func place() -> (offsets: [Int], total: Int) {
    var offsets = [Int](repeating: 0, count: buffers.count)
    var placed: [Int] = []
    var total = 0
    let order = buffers.indices.sorted {
      (-buffers[$0].count, $0) < (-buffers[$1].count, $1)
    }
    for index in order where buffers[index].count > 0 {
      let size = MemoryPlanner.rounded(buffers[index].count)
      let neighbours =
        placed
        .filter { buffers[$0].life.overlaps(buffers[index].life) }
        .sorted { offsets[$0] < offsets[$1] }
      var offset = 0
      for other in neighbours {
        if offsets[other] >= offset + size { break }
        offset = max(offset, offsets[other] + MemoryPlanner.rounded(buffers[other].count))
      }
      offsets[index] = offset
      placed.append(index)
      total = max(total, offset + size)
    }
    return (offsets, total)
  }

  private static func rounded(_ count: Int) -> Int { (count + unit - 1) / unit * unit }
}
