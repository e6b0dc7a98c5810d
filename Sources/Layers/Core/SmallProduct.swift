/// Products of small matrices, where a call into a library costs more than the work.
///
/// All matrices are row-major: x `[rows, inputs]`, W `[inputs, outputs]` (the transpose of the plain
/// layout), z `[rows, outputs]`. Every sum runs over its index in order, whatever the blocking, so
/// the bits depend on the shapes alone. Blocks of 4 × 16 keep 8 sums in registers.
///
/// - Precondition: at least ``SmallProduct/leastWidth`` inputs and outputs.
enum SmallProduct {
  private typealias Lanes = SIMD8<Float>

  /// The fewest inputs and outputs: one vector.
  static let leastWidth = 8

  @inline(__always)
  private static func load(_ address: UnsafePointer<Float>) -> Lanes {
    UnsafeRawPointer(address).loadUnaligned(as: Lanes.self)
  }

  @inline(__always)
  private static func store(_ value: Lanes, _ address: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(address).storeBytes(of: value, as: Lanes.self)
  }

  /// z = x W + b; b may be absent.
  static func forward(
    _ x: UnsafePointer<Float>, _ w: UnsafePointer<Float>, _ b: UnsafePointer<Float>?,
    _ z: UnsafeMutablePointer<Float>, rows: Int, inputs: Int, outputs: Int
  ) {
    blocks(
      x, rowStride: inputs, termStride: 1, w, b, z, rows: rows, terms: inputs, width: outputs)
  }

  /// ∂W = xᵀ ∂z and, where asked, ∂b = Σ ∂z.
  static func backwardWeights(
    _ x: UnsafePointer<Float>, _ dz: UnsafePointer<Float>, _ dw: UnsafeMutablePointer<Float>,
    _ db: UnsafeMutablePointer<Float>?, rows: Int, inputs: Int, outputs: Int
  ) {
    blocks(
      x, rowStride: 1, termStride: inputs, dz, nil, dw, rows: inputs, terms: rows, width: outputs)
    guard let db else { return }
    for o in starts(outputs) {
      var sum = Lanes.zero
      for n in 0..<rows { sum += load(dz + (n &* outputs &+ o)) }
      store(sum, db + o)
    }
  }

  /// c[r, :] = bias + Σₜ a[r, t]·b[t, :], with a's strides given: both products above.
  @inline(__always)
  private static func blocks(
    _ a: UnsafePointer<Float>, rowStride: Int, termStride: Int, _ b: UnsafePointer<Float>,
    _ bias: UnsafePointer<Float>?, _ c: UnsafeMutablePointer<Float>, rows: Int, terms: Int,
    width: Int
  ) {
    var o = 0
    while o < width {
      // The last block reaches back over columns that are done, and makes the same bits again.
      if width &- o >= 16 {
        column16(a, rowStride, termStride, b + o, bias.map { $0 + o }, c + o, rows, terms, width)
        o &+= 16
      } else {
        let at = min(o, width &- 8)
        column8(a, rowStride, termStride, b + at, bias.map { $0 + at }, c + at, rows, terms, width)
        o &+= 8
      }
    }
  }

  @inline(__always)
  private static func column16(
    _ a: UnsafePointer<Float>, _ rowStride: Int, _ termStride: Int, _ b: UnsafePointer<Float>,
    _ bias: UnsafePointer<Float>?, _ c: UnsafeMutablePointer<Float>, _ rows: Int, _ terms: Int,
    _ width: Int
  ) {
    let (first, second) = (bias.map(load) ?? .zero, bias.map { load($0 + 8) } ?? .zero)
    var r = 0
    while r &+ 4 <= rows {
      var (s00, s01, s10, s11) = (first, second, first, second)
      var (s20, s21, s30, s31) = (first, second, first, second)
      var at = a + r &* rowStride
      var bt = b
      for _ in 0..<terms {
        let (b0, b1) = (load(bt), load(bt + 8))
        let a0 = Lanes(repeating: at[0])
        s00 = s00.addingProduct(a0, b0)
        s01 = s01.addingProduct(a0, b1)
        let a1 = Lanes(repeating: at[rowStride])
        s10 = s10.addingProduct(a1, b0)
        s11 = s11.addingProduct(a1, b1)
        let a2 = Lanes(repeating: at[2 &* rowStride])
        s20 = s20.addingProduct(a2, b0)
        s21 = s21.addingProduct(a2, b1)
        let a3 = Lanes(repeating: at[3 &* rowStride])
        s30 = s30.addingProduct(a3, b0)
        s31 = s31.addingProduct(a3, b1)
        at += termStride
        bt += width
      }
      let out = c + r &* width
      store(s00, out)
      store(s01, out + 8)
      store(s10, out + width)
      store(s11, out + width + 8)
      store(s20, out + 2 &* width)
      store(s21, out + 2 &* width + 8)
      store(s30, out + 3 &* width)
      store(s31, out + 3 &* width + 8)
      r &+= 4
    }
    while r < rows {
      var (s0, s1) = (first, second)
      var at = a + r &* rowStride
      var bt = b
      for _ in 0..<terms {
        let a0 = Lanes(repeating: at[0])
        s0 = s0.addingProduct(a0, load(bt))
        s1 = s1.addingProduct(a0, load(bt + 8))
        at += termStride
        bt += width
      }
      store(s0, c + r &* width)
      store(s1, c + r &* width + 8)
      r &+= 1
    }
  }

  @inline(__always)
  private static func column8(
    _ a: UnsafePointer<Float>, _ rowStride: Int, _ termStride: Int, _ b: UnsafePointer<Float>,
    _ bias: UnsafePointer<Float>?, _ c: UnsafeMutablePointer<Float>, _ rows: Int, _ terms: Int,
    _ width: Int
  ) {
    let first = bias.map(load) ?? .zero
    var r = 0
    while r &+ 4 <= rows {
      var (s0, s1, s2, s3) = (first, first, first, first)
      var at = a + r &* rowStride
      var bt = b
      for _ in 0..<terms {
        let b0 = load(bt)
        s0 = s0.addingProduct(Lanes(repeating: at[0]), b0)
        s1 = s1.addingProduct(Lanes(repeating: at[rowStride]), b0)
        s2 = s2.addingProduct(Lanes(repeating: at[2 &* rowStride]), b0)
        s3 = s3.addingProduct(Lanes(repeating: at[3 &* rowStride]), b0)
        at += termStride
        bt += width
      }
      let out = c + r &* width
      store(s0, out)
      store(s1, out + width)
      store(s2, out + 2 &* width)
      store(s3, out + 3 &* width)
      r &+= 4
    }
    while r < rows {
      var sum = first
      var at = a + r &* rowStride
      var bt = b
      for _ in 0..<terms {
        sum = sum.addingProduct(Lanes(repeating: at[0]), load(bt))
        at += termStride
        bt += width
      }
      store(sum, c + r &* width)
      r &+= 1
    }
  }

  /// ∂x = ∂z Wᵀ: dot products of rows, four inputs at a time.
  static func backwardData(
    _ dz: UnsafePointer<Float>, _ w: UnsafePointer<Float>, _ dx: UnsafeMutablePointer<Float>,
    rows: Int, inputs: Int, outputs: Int
  ) {
    let whole = outputs & ~7
    let tail = outputs &- whole
    // The last vector of a row reaches back; its first lanes have been counted already.
    var keep = SIMDMask<SIMD8<Int32>>(repeating: false)
    for lane in 0..<8 { keep[lane] = lane >= 8 &- tail }
    for n in 0..<rows {
      let row = dz + n &* outputs
      let last =
        tail > 0 ? Lanes.zero.replacing(with: load(row + (outputs &- 8)), where: keep) : .zero
      var i = 0
      while i < inputs {
        let at = min(i, inputs &- 8)
        let base = w + at &* outputs
        var (s0, s1, s2, s3) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
        var (s4, s5, s6, s7) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
        var o = 0
        while o < whole {
          let g = load(row + o)
          let p = base + o
          s0 = s0.addingProduct(g, load(p))
          s1 = s1.addingProduct(g, load(p + outputs))
          s2 = s2.addingProduct(g, load(p + 2 &* outputs))
          s3 = s3.addingProduct(g, load(p + 3 &* outputs))
          s4 = s4.addingProduct(g, load(p + 4 &* outputs))
          s5 = s5.addingProduct(g, load(p + 5 &* outputs))
          s6 = s6.addingProduct(g, load(p + 6 &* outputs))
          s7 = s7.addingProduct(g, load(p + 7 &* outputs))
          o &+= 8
        }
        if tail > 0 {
          let p = base + (outputs &- 8)
          s0 = s0.addingProduct(last, load(p))
          s1 = s1.addingProduct(last, load(p + outputs))
          s2 = s2.addingProduct(last, load(p + 2 &* outputs))
          s3 = s3.addingProduct(last, load(p + 3 &* outputs))
          s4 = s4.addingProduct(last, load(p + 4 &* outputs))
          s5 = s5.addingProduct(last, load(p + 5 &* outputs))
          s6 = s6.addingProduct(last, load(p + 6 &* outputs))
          s7 = s7.addingProduct(last, load(p + 7 &* outputs))
        }
        let pairs = (fold(s0, s1), fold(s2, s3), fold(s4, s5), fold(s6, s7))
        store(fold(fold(pairs.0, pairs.1), fold(pairs.2, pairs.3)), dx + (n &* inputs &+ at))
        i &+= 8
      }
    }
  }

  /// Neighbouring lanes added: first those of `a`, then those of `b`.
  @inline(__always)
  private static func fold(_ a: Lanes, _ b: Lanes) -> Lanes {
    let both = SIMD16(lowHalf: a, highHalf: b)
    return both.evenHalf + both.oddHalf
  }

  /// Where vectors of 8 begin that cover `width`; the last reaches back.
  @inline(__always)
  private static func starts(_ width: Int) -> StartSequence { StartSequence(width: width) }

  private struct StartSequence: Sequence, IteratorProtocol {
    let width: Int
    var at = 0
    mutating func next() -> Int? {
      guard at < width else { return nil }
      defer { at &+= 8 }
      return Swift.min(at, width &- 8)
    }
  }
}
