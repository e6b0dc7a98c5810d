/// Eight rows of eight numbers, in registers.
enum EightByEight {
  private typealias Lanes = SIMD8<Float>

  @inline(__always)
  private static func load(_ address: UnsafePointer<Float>) -> Lanes {
    UnsafeRawPointer(address).loadUnaligned(as: Lanes.self)
  }

  @inline(__always)
  private static func store(_ value: Lanes, _ address: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(address).storeBytes(of: value, as: Lanes.self)
  }

  /// Writes eight rows as columns.
  ///
  /// The number of an element has three bits for its row and three for its column. To part two
  /// neighbouring rows into their even and odd elements moves the last bit to the front; three times
  /// that, and rows and columns have changed places.
  @inline(__always)
  private static func turn(
    _ source: UnsafePointer<Float>, _ stride: Int, into target: UnsafeMutablePointer<Float>,
    _ targetStride: Int
  ) {
    var (a, b, c, d) = (
      load(source), load(source + stride), load(source + 2 &* stride), load(source + 3 &* stride)
    )
    let lower = source + 4 &* stride
    var (e, f, g, h) = (
      load(lower), load(lower + stride), load(lower + 2 &* stride), load(lower + 3 &* stride)
    )
    for _ in 0..<3 {
      let (ab, cd, ef, gh) = (part(a, b), part(c, d), part(e, f), part(g, h))
      (a, b, c, d) = (ab.0, cd.0, ef.0, gh.0)
      (e, f, g, h) = (ab.1, cd.1, ef.1, gh.1)
    }
    store(a, target)
    store(b, target + targetStride)
    store(c, target + 2 &* targetStride)
    store(d, target + 3 &* targetStride)
    let below = target + 4 &* targetStride
    store(e, below)
    store(f, below + targetStride)
    store(g, below + 2 &* targetStride)
    store(h, below + 3 &* targetStride)
  }

  @inline(__always)
  private static func part(_ a: Lanes, _ b: Lanes) -> (Lanes, Lanes) {
    let both = SIMD16(lowHalf: a, highHalf: b)
    return (both.evenHalf, both.oddHalf)
  }

  /// Writes `rows` rows of `columns` numbers as columns; the last eight rows or columns reach back over
  /// some that are turned already, and fewer than eight are turned one by one.
  static func turn(
    _ source: UnsafePointer<Float>, _ stride: Int, rows: Int, columns: Int,
    into target: UnsafeMutablePointer<Float>, _ targetStride: Int
  ) {
    guard rows >= 8, columns >= 8 else {
      for i in 0..<rows {
        for j in 0..<columns { target[j &* targetStride &+ i] = source[i &* stride &+ j] }
      }
      return
    }
    var i = 0
    while i < rows {
      let row = min(i, rows &- 8)
      var j = 0
      while j < columns {
        let column = min(j, columns &- 8)
        turn(
          source + (row &* stride &+ column), stride,
          into: target + (column &* targetStride &+ row), targetStride)
        j &+= 8
      }
      i &+= 8
    }
  }
}
