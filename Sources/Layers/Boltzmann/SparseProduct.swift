/// A matrix that is mostly zeros, such as drawn units and the pixels of digits, and its products: only what
/// is not zero is multiplied.
///
/// All matrices are row-major. The numbers that are not zero are listed by rows, in blocks of columns;
/// every sum runs over its index in order, so bits depend on shapes and numbers alone. Results are made 64
/// at a time, in registers, from a tile of the other matrix that stays in the first-level cache; the last
/// 64 of a row reach back over some that are made already.
struct SparseProduct {
  private static let panel = SparseLists.panel
  /// The columns of a block: 64 numbers to each are 24 KiB.
  private static let block = 96
  /// The most rows whose columns are listed at once: 64 numbers to each are 28 KiB.
  private static let chunk = 112
  /// With a larger share of numbers other than zero, a product of all numbers is faster.
  private static let most = 0.5

  /// Whether matrices so wide have such products with so many results in a row.
  static func fits(width: Int, outputs: Int) -> Bool { width >= panel && outputs >= panel }

  /// The floats of memory for the lists of a matrix [rows, width].
  static func memory(rows: Int, width: Int) -> Int {
    SparseLists.memory(lists: rows * blocks(width), numbers: rows * width)
  }

  /// The floats of scratch memory for products of such matrices.
  static func scratch(rows: Int, width: Int) -> Int {
    chunk * panel + panel + SparseLists.memory(lists: width, numbers: rowsAtOnce(rows) * width)
  }

  private static func blocks(_ width: Int) -> Int { (width + block - 1) / block }

  /// The rows of all chunks but the last, as even as can be.
  private static func rowsAtOnce(_ rows: Int) -> Int {
    let chunks = (rows + chunk - 1) / chunk
    return (rows + chunks - 1) / chunks
  }

  private let rows: Int
  private let width: Int
  private let blocks: Int
  /// The blocks of the first row, then those of the next.
  private let lists: SparseLists
  /// The columns of some rows.
  private let columns: SparseLists
  /// A part of the other matrix, 64 columns wide.
  private let tile: UnsafeMutablePointer<Float>
  /// 64 results.
  private let room: UnsafeMutablePointer<Float>
  /// The most numbers other than zero.
  private let most: Int

  /// Matrices [rows, width] whose lists lie in `memory`.
  init(
    rows: Int, width: Int, memory: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) {
    (self.rows, self.width) = (rows, width)
    blocks = SparseProduct.blocks(width)
    most = Int(Double(rows * width) * SparseProduct.most)
    lists = SparseLists(lists: rows * blocks, numbers: rows * width, memory: memory)
    tile = scratch
    room = tile + SparseProduct.chunk * SparseProduct.panel
    columns = SparseLists(
      lists: width, numbers: SparseProduct.rowsAtOnce(rows) * width,
      memory: room + SparseProduct.panel)
  }

  // MARK: Lists

  /// Lists `x`; false where too many numbers aren't zero.
  func list(_ x: UnsafePointer<Float>) -> Bool {
    var (n, list) = (0, 0)
    lists.ends[0] = 0
    for row in 0..<rows {
      let own = x + row &* width
      var start = 0
      while start < width {
        let end = min(start &+ SparseProduct.block, width)
        n = append(own, start, end, n)
        list &+= 1
        lists.ends[list] = Int32(truncatingIfNeeded: n)
        start = end
      }
      guard n <= most else { return false }
    }
    return true
  }

  /// Appends what is not zero in a part of a row to the n numbers of the lists; how many they have then.
  @inline(__always)
  private func append(_ row: UnsafePointer<Float>, _ start: Int, _ end: Int, _ count: Int) -> Int {
    var (n, i) = (count, start)
    while i &+ 32 <= end {
      var mask = SparseProduct.mask(row + i)
      while mask != 0 {
        let place = i &+ mask.trailingZeroBitCount
        lists.values[n] = row[place]
        lists.places[n] = Int32(truncatingIfNeeded: place)
        n &+= 1
        mask &= mask &- 1
      }
      i &+= 32
    }
    while i < end {
      let value = row[i]
      lists.values[n] = value
      lists.places[n] = Int32(truncatingIfNeeded: i)
      n &+= value.bitPattern &<< 1 == 0 ? 0 : 1
      i &+= 1
    }
    return n
  }

  /// A bit for each of 32 numbers that is not zero.
  @inline(__always)
  private static func mask(_ x: UnsafePointer<Float>) -> UInt32 {
    let first = SIMD8<UInt32>(1, 2, 4, 8, 16, 32, 64, 128)
    let low = bits(x, first) | bits(x + 8, first &<< 8)
    let high = bits(x + 16, first &<< 16) | bits(x + 24, first &<< 24)
    let all = low | high
    let half = all.lowHalf | all.highHalf
    let quarter = half.lowHalf | half.highHalf
    return quarter[0] | quarter[1]
  }

  /// `lanes` where a number is not zero; the shift drops the sign, since −0 is a zero too.
  @inline(__always)
  private static func bits(
    _ x: UnsafePointer<Float>, _ lanes: SIMD8<UInt32>
  ) -> SIMD8<UInt32> {
    let numbers = UnsafeRawPointer(x).loadUnaligned(as: SIMD8<UInt32>.self) &<< 1
    return lanes.replacing(with: SIMD8<UInt32>.zero, where: numbers .== SIMD8<UInt32>.zero)
  }

  // MARK: Products

  /// z = x Wᵀ + bias, W being [outputs, width].
  func timesTransposed(
    _ w: UnsafePointer<Float>, bias: UnsafePointer<Float>, outputs: Int,
    into z: UnsafeMutablePointer<Float>
  ) {
    for panel in Panels(outputs) {
      for block in 0..<blocks {
        let first = block &* SparseProduct.block
        EightByEight.turn(
          w + (panel.start &* width &+ first), width, rows: SparseProduct.panel,
          columns: min(SparseProduct.block, width &- first), into: tile, SparseProduct.panel)
        add(block, bias + panel.start, z + panel.start, outputs)
      }
    }
  }

  /// z = x W + bias, W being [width, outputs].
  func times(
    _ w: UnsafePointer<Float>, bias: UnsafePointer<Float>, outputs: Int,
    into z: UnsafeMutablePointer<Float>
  ) {
    for panel in Panels(outputs) {
      for block in 0..<blocks {
        let first = block &* SparseProduct.block
        copyTile(
          w + (first &* outputs &+ panel.start), outputs,
          rows: min(SparseProduct.block, width &- first))
        add(block, bias + panel.start, z + panel.start, outputs)
      }
    }
  }

  @inline(__always)
  private func copyTile(_ source: UnsafePointer<Float>, _ stride: Int, rows: Int) {
    for i in 0..<rows {
      (tile + i &* SparseProduct.panel).update(
        from: source + i &* stride, count: SparseProduct.panel)
    }
  }

  /// Adds the part of a block, whose rows lie in the tile, to 64 results of every row.
  private func add(
    _ block: Int, _ bias: UnsafePointer<Float>, _ z: UnsafeMutablePointer<Float>, _ outputs: Int
  ) {
    let origin = tile - block &* SparseProduct.block &* SparseProduct.panel
    for row in 0..<rows {
      let (list, out) = (row &* blocks &+ block, z + row &* outputs)
      if block > 0, lists.range(list).isEmpty { continue }
      lists.sum(list, of: origin, from: block == 0 ? bias : UnsafePointer(out), into: out)
    }
  }

  /// z = xᵀf, f being [rows, outputs] and z [width, outputs]; z + xᵀf where `adding`.
  func correlate(
    _ f: UnsafePointer<Float>, outputs: Int, into z: UnsafeMutablePointer<Float>, adding: Bool
  ) {
    let length = SparseProduct.rowsAtOnce(rows)
    var first = 0
    while first < rows {
      let count = min(length, rows &- first)
      listColumns(first, count)
      let adds = adding || first > 0
      for panel in Panels(outputs) {
        copyTile(f + (first &* outputs &+ panel.start), outputs, rows: count)
        if adds, panel.done > 0 {
          addColumns(to: z + panel.start, outputs, from: panel.done)
        } else {
          sumColumns(into: z + panel.start, outputs, adds)
        }
      }
      first &+= count
    }
  }

  private func sumColumns(into z: UnsafeMutablePointer<Float>, _ outputs: Int, _ adds: Bool) {
    for i in 0..<width {
      let out = z + i &* outputs
      if adds, columns.range(i).isEmpty { continue }
      columns.sum(i, of: tile, from: adds ? UnsafePointer(out) : nil, into: out)
    }
  }

  /// Those before `done` have been added to already.
  private func addColumns(
    to z: UnsafeMutablePointer<Float>, _ outputs: Int, from done: Int
  ) {
    for i in 0..<width where !columns.range(i).isEmpty {
      columns.sum(i, of: tile, from: nil, into: room)
      let out = z + i &* outputs
      for c in done..<SparseProduct.panel { out[c] += room[c] }
    }
  }

  /// Lists the columns of `count` rows from `first` on.
  private func listColumns(_ first: Int, _ count: Int) {
    let (lists, columns, blocks) = (lists, columns, blocks)
    let ends = columns.ends
    ends.update(repeating: 0, count: width &+ 1)
    let begin = Int(lists.ends[first &* blocks])
    for k in begin..<Int(lists.ends[(first &+ count) &* blocks]) {
      ends[Int(lists.places[k]) &+ 1] &+= 1
    }
    for i in 0..<width { ends[i &+ 1] &+= ends[i] }
    // Where a list begins moves on as it is filled; in the end it is where the next one began.
    var k = begin
    for row in 0..<count {
      let end = Int(lists.ends[(first &+ row &+ 1) &* blocks])
      while k < end {
        let i = Int(lists.places[k])
        let n = Int(ends[i])
        columns.places[n] = Int32(truncatingIfNeeded: row)
        columns.values[n] = lists.values[k]
        ends[i] = Int32(truncatingIfNeeded: n &+ 1)
        k &+= 1
      }
    }
    var i = width
    while i > 0 {
      ends[i] = ends[i &- 1]
      i &-= 1
    }
    ends[0] = 0
  }

  /// Panels that cover so many results; the last reaches back over some that are `done`.
  private struct Panels: Sequence, IteratorProtocol {
    let outputs: Int
    var at = 0
    init(_ outputs: Int) { self.outputs = outputs }
    mutating func next() -> (start: Int, done: Int)? {
      guard at < outputs else { return nil }
      defer { at &+= SparseProduct.panel }
      let start = Swift.min(at, outputs &- SparseProduct.panel)
      return (start, at &- start)
    }
  }
}
