/// Transposes a matrix in blocks of 8 × 8 that stay in registers.
enum PanelTranspose {
  private typealias Lanes = SIMD8<Float>

  /// to[j, i] = from[i, j] + offsets[i] for `rows` × `columns`; rows of each lie a stride apart.
  static func run(
    _ from: UnsafePointer<Float>, stride: Int, rows: Int, columns: Int,
    to: UnsafeMutablePointer<Float>, stride target: Int, adding offsets: UnsafePointer<Float>
  ) {
    var i = 0
    while i &+ 8 <= rows {
      let added = UnsafeRawPointer(offsets + i).loadUnaligned(as: Lanes.self)
      var j = 0
      while j &+ 8 <= columns {
        block(from + (i &* stride &+ j), stride, to + (j &* target &+ i), target) { $0 + added }
        j &+= 8
      }
      for r in i..<i &+ 8 {
        for c in j..<columns { to[c &* target &+ r] = from[r &* stride &+ c] + offsets[r] }
      }
      i &+= 8
    }
    for r in i..<rows {
      for c in 0..<columns { to[c &* target &+ r] = from[r &* stride &+ c] + offsets[r] }
    }
  }

  /// to[j, i] = from[i, j] for `rows` × `columns`; rows of each lie a stride apart.
  static func run(
    _ from: UnsafePointer<Float>, stride: Int, rows: Int, columns: Int,
    to: UnsafeMutablePointer<Float>, stride target: Int
  ) {
    var i = 0
    while i &+ 8 <= rows {
      var j = 0
      while j &+ 8 <= columns {
        block(from + (i &* stride &+ j), stride, to + (j &* target &+ i), target) { $0 }
        j &+= 8
      }
      for r in i..<i &+ 8 {
        for c in j..<columns { to[c &* target &+ r] = from[r &* stride &+ c] }
      }
      i &+= 8
    }
    for r in i..<rows {
      for c in 0..<columns { to[c &* target &+ r] = from[r &* stride &+ c] }
    }
  }

  @inline(__always)
  private static func block(
    _ from: UnsafePointer<Float>, _ stride: Int, _ to: UnsafeMutablePointer<Float>, _ target: Int,
    finish: (Lanes) -> Lanes
  ) {
    @inline(__always) func row(_ index: Int) -> Lanes {
      UnsafeRawPointer(from + index &* stride).loadUnaligned(as: Lanes.self)
    }
    @inline(__always) func put(_ value: Lanes, _ index: Int) {
      UnsafeMutableRawPointer(to + index &* target).storeBytes(of: finish(value), as: Lanes.self)
    }
    @inline(__always) func low(_ a: Lanes, _ b: Lanes) -> Lanes {
      Lanes(a[0], b[0], a[1], b[1], a[4], b[4], a[5], b[5])
    }
    @inline(__always) func high(_ a: Lanes, _ b: Lanes) -> Lanes {
      Lanes(a[2], b[2], a[3], b[3], a[6], b[6], a[7], b[7])
    }
    @inline(__always) func lowPairs(_ a: Lanes, _ b: Lanes) -> Lanes {
      Lanes(a[0], a[1], b[0], b[1], a[4], a[5], b[4], b[5])
    }
    @inline(__always) func highPairs(_ a: Lanes, _ b: Lanes) -> Lanes {
      Lanes(a[2], a[3], b[2], b[3], a[6], a[7], b[6], b[7])
    }
    let (r0, r1, r2, r3) = (row(0), row(1), row(2), row(3))
    let (r4, r5, r6, r7) = (row(4), row(5), row(6), row(7))
    let (t0, t1, t2, t3) = (low(r0, r1), high(r0, r1), low(r2, r3), high(r2, r3))
    let (t4, t5, t6, t7) = (low(r4, r5), high(r4, r5), low(r6, r7), high(r6, r7))
    let (u0, u1) = (lowPairs(t0, t2), highPairs(t0, t2))
    let (u2, u3) = (lowPairs(t1, t3), highPairs(t1, t3))
    let (u4, u5) = (lowPairs(t4, t6), highPairs(t4, t6))
    let (u6, u7) = (lowPairs(t5, t7), highPairs(t5, t7))
    put(Lanes(lowHalf: u0.lowHalf, highHalf: u4.lowHalf), 0)
    put(Lanes(lowHalf: u1.lowHalf, highHalf: u5.lowHalf), 1)
    put(Lanes(lowHalf: u2.lowHalf, highHalf: u6.lowHalf), 2)
    put(Lanes(lowHalf: u3.lowHalf, highHalf: u7.lowHalf), 3)
    put(Lanes(lowHalf: u0.highHalf, highHalf: u4.highHalf), 4)
    put(Lanes(lowHalf: u1.highHalf, highHalf: u5.highHalf), 5)
    put(Lanes(lowHalf: u2.highHalf, highHalf: u6.highHalf), 6)
    put(Lanes(lowHalf: u3.highHalf, highHalf: u7.highHalf), 7)
  }
}
