/// How many rows of a matrix are cut into tiles of 6 and 4: tiles of 6 first, and as few rows beyond the last
/// as there can be.
struct PanelTiling {
  /// The rows.
  let count: Int
  /// The tiles of 6; those of 4 follow.
  let sixes: Int

  init(_ count: Int) {
    self.count = count
    let even = (count + 1) & ~1
    // Rows left over after the tiles of 6 are two tiles of 4 where they would be a third of one.
    sixes = even % 6 == 2 ? max(even / 6 - 1, 0) : even / 6
  }

  /// The rows of the tile that starts at `row`, some of which may lie beyond the last.
  @inline(__always)
  func height(at row: Int) -> Int { row < sixes &* 6 ? 6 : 4 }

  /// The rows of all tiles.
  var covered: Int { sixes * 6 + (count - sixes * 6 + 3) / 4 * 4 }
}
