/// A matrix that is mostly zeros, such as drawn units and the pixels of digits, and its products: only what
/// is not zero is multiplied.
///
/// All matrices are row-major. The numbers that are not zero are listed by rows, in blocks of 64 columns;
/// every sum runs over its index in order, so bits depend on shapes and numbers alone. Results are made 64
/// at a time, in registers, from a block of the other matrix that stays in the first-level cache; the last
/// 64 of a row reach back over some that are made already, with the same bits.
struct SparseProduct {
  private static let panel = SparseLists.panel
  /// With a larger share of numbers other than zero, a product of all numbers is faster.
  private static let most = 1.0 / 3

  /// Whether matrices so wide have such products with so many results in a row.
  static func fits(width: Int, outputs: Int) -> Bool { width >= panel && outputs >= panel }

  /// The floats of memory for the lists of a matrix [rows, width].
  static func memory(rows: Int, width: Int) -> Int {
    SparseLists.memory(lists: rows * blocks(width), numbers: rows * width)
  }

  /// The floats of scratch memory for products of matrices of so many rows.
  static func scratch(rows: Int) -> Int {
    panel * panel + SparseLists.memory(lists: panel, numbers: 2 * rows * panel)
  }

  private static func blocks(_ width: Int) -> Int { (width + panel - 1) / panel }

  private let rows: Int
  private let width: Int
  private let blocks: Int
  /// The blocks of the first row, then those of the next.
  private let lists: SparseLists
  /// The columns of a block of two such matrices.
  private let columns: SparseLists
  /// A block of the other matrix or of results, 64 columns wide.
  private let tile: UnsafeMutablePointer<Float>
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
    columns = SparseLists(
      lists: SparseProduct.panel, numbers: 2 * rows * SparseProduct.panel,
      memory: scratch + SparseProduct.panel * SparseProduct.panel)
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
        let end = min(start &+ SparseProduct.panel, width)
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
    while i < end {
      let stop = min(i &+ 8, end)
      // Zeros come in runs. The shift drops the sign: −0 is one too.
      if stop &- i == 8 {
        let bits = UnsafeRawPointer(row + i).loadUnaligned(as: SIMD8<UInt32>.self)
        if bits &<< 1 == .zero {
          i = stop
          continue
        }
      }
      while i < stop {
        let value = row[i]
        lists.values[n] = value
        lists.places[n] = Int32(truncatingIfNeeded: i)
        n &+= value.bitPattern &<< 1 == 0 ? 0 : 1
        i &+= 1
      }
    }
    return n
  }

  // MARK: Products

  /// z = x Wᵀ + bias, W being [outputs, width].
  func timesTransposed(
    _ w: UnsafePointer<Float>, bias: UnsafePointer<Float>, outputs: Int,
    into z: UnsafeMutablePointer<Float>
  ) {
    for o in Panels(outputs) {
      for block in 0..<blocks {
        let first = block &* SparseProduct.panel
        EightByEight.turn(
          w + (o &* width &+ first), width, rows: SparseProduct.panel,
          columns: min(SparseProduct.panel, width &- first), into: tile, SparseProduct.panel)
        add(block, bias + o, z + o, outputs)
      }
    }
  }

  /// z = x W + bias, W being [width, outputs].
  func times(
    _ w: UnsafePointer<Float>, bias: UnsafePointer<Float>, outputs: Int,
    into z: UnsafeMutablePointer<Float>
  ) {
    for o in Panels(outputs) {
      for block in 0..<blocks {
        let first = block &* SparseProduct.panel
        for i in first..<min(first &+ SparseProduct.panel, width) {
          (tile + (i &- first) &* SparseProduct.panel).update(
            from: w + (i &* outputs &+ o), count: SparseProduct.panel)
        }
        add(block, bias + o, z + o, outputs)
      }
    }
  }

  /// Adds the part of a block, whose rows lie in the tile, to 64 results of every row.
  private func add(
    _ block: Int, _ bias: UnsafePointer<Float>, _ z: UnsafeMutablePointer<Float>, _ outputs: Int
  ) {
    let origin = tile - block &* SparseProduct.panel &* SparseProduct.panel
    for row in 0..<rows {
      let (list, out) = (row &* blocks &+ block, z + row &* outputs)
      if block > 0, lists.range(list).isEmpty { continue }
      lists.sum(
        list, of: origin, stride: SparseProduct.panel,
        from: block == 0 ? bias : UnsafePointer(out), into: out)
    }
  }

  /// z = fᵀx, x being this matrix and `below` it another one, f [the rows of both, outputs], and z
  /// [outputs, width].
  func correlate(
    _ f: UnsafePointer<Float>, below: SparseProduct, outputs: Int,
    into z: UnsafeMutablePointer<Float>
  ) {
    for block in 0..<blocks {
      let first = block &* SparseProduct.panel
      let count = min(SparseProduct.panel, width &- first)
      listColumns(block, count, below)
      for o in Panels(outputs) {
        for i in 0..<count {
          columns.sum(
            i, of: f + o, stride: outputs, from: nil, into: tile + i &* SparseProduct.panel)
        }
        EightByEight.turn(
          tile, SparseProduct.panel, rows: count, columns: SparseProduct.panel,
          into: z + (o &* width &+ first), width)
      }
    }
  }

  /// Lists the columns of a block.
  private func listColumns(_ block: Int, _ count: Int, _ below: SparseProduct) {
    let first = block &* SparseProduct.panel
    let ends = columns.ends
    for i in 0...count { ends[i] = 0 }
    for part in 0..<2 {
      let lists = part == 0 ? lists : below.lists
      for row in 0..<rows {
        for k in lists.range(row &* blocks &+ block) {
          ends[Int(lists.places[k]) &- first &+ 1] &+= 1
        }
      }
    }
    for i in 0..<count { ends[i &+ 1] &+= ends[i] }
    // Where a list begins moves on as it is filled; in the end it is where the next one began.
    for part in 0..<2 {
      let lists = part == 0 ? lists : below.lists
      for row in 0..<rows {
        for k in lists.range(row &* blocks &+ block) {
          let i = Int(lists.places[k]) &- first
          let n = Int(ends[i])
          columns.places[n] = Int32(truncatingIfNeeded: part &* rows &+ row)
          columns.values[n] = lists.values[k]
          ends[i] &+= 1
        }
      }
    }
    var i = count
    while i > 0 {
      ends[i] = ends[i &- 1]
      i &-= 1
    }
    ends[0] = 0
  }

  /// Where panels begin that cover so many results; the last reaches back.
  private struct Panels: Sequence, IteratorProtocol {
    let outputs: Int
    var at = 0
    init(_ outputs: Int) { self.outputs = outputs }
    mutating func next() -> Int? {
      guard at < outputs else { return nil }
      defer { at &+= SparseProduct.panel }
      return Swift.min(at, outputs &- SparseProduct.panel)
    }
  }
}
