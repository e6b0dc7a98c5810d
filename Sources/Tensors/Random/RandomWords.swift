/// Turns the words of a key's stream into numbers, a chunk at a time, so that the words never leave
/// the first-level cache.
enum RandomWords {
  /// The words of scratch: 1,024 bytes, which Swift keeps on the stack; more would be allocated.
  private static let room = 256
  /// The largest number of words in a chunk. It may begin within a block and is computed in whole
  /// groups of eight blocks, so it is one group shorter than its room.
  private static let chunk = room - 32

  /// Calls `transform` with the words of each chunk, their count, and where their numbers go.
  ///
  /// Element `i` of `values` gets the word of position `position + i`.
  ///
  /// - Precondition: `position` is not negative.
  static func fill(
    _ values: inout MutableSpan<Float>, key: RandomKey, startingAt position: Int,
    transform: (UnsafePointer<UInt32>, Int, UnsafeMutablePointer<Float>) -> Void
  ) {
    precondition(position >= 0, "position \(position) of a random stream")
    values.withUnsafeMutableBufferPointer { values in
      guard let base = values.baseAddress else { return }
      let n = values.count
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: room) { scratch in
        guard let words = scratch.baseAddress else { return }
        for first in stride(from: 0, to: n, by: chunk) {
          let count = min(chunk, n - first)
          let start = position + first
          let skipped = start & 3
          Philox.blocks(
            from: UInt64(start / 4), count: (skipped + count + 31) / 32 * 8, key: key, into: words)
          transform(UnsafePointer(words + skipped), count, base + first)
        }
      }
    }
  }
}
