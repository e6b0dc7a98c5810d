/// The innermost part of ``PanelProduct``: a tile of 4 or 6 rows and 16 columns whose sums stay in registers.
///
///     c[i, j] = start[i, j] + Σₜ a[i, t]·b[t, j]
///
/// b lies `[terms][16]`. Sums run over t in order, so the bits do not depend on how tiles are laid.
/// 6 × 16 are the most that sixteen registers of 8 floats hold beside a row of b and an element of a.
enum PanelTile {
  private typealias Lanes = SIMD8<Float>

  /// The columns.
  static let width = 16
  /// The most rows.
  static let mostRows = 6

  /// How a lies in memory.
  enum Order {
    /// In chunks of 16 terms, within which row lies after row: `[terms / 16][rows][16]`.
    case rows
    /// Term after term: `[terms][rows]`.
    case terms
  }

  /// Computes a tile of `rows` (4 or 6); c's rows lie `stride` floats apart, those of `start`
  /// `startStride`, which is 0 where all rows start from the same.
  static func run(
    _ order: Order, rows: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, terms: Int,
    _ c: UnsafeMutablePointer<Float>, stride: Int, from start: UnsafePointer<Float>,
    startStride: Int
  ) {
    switch (order, rows) {
    case (.rows, 6): six(a, 16, 1, b, terms, c, stride, start, startStride)
    case (.rows, _): four(a, 16, 1, b, terms, c, stride, start, startStride)
    case (.terms, 6): six(a, 1, 6, b, terms, c, stride, start, startStride)
    case (.terms, _): four(a, 1, 4, b, terms, c, stride, start, startStride)
    }
  }

  @inline(__always)
  private static func load(_ address: UnsafePointer<Float>) -> Lanes {
    UnsafeRawPointer(address).loadUnaligned(as: Lanes.self)
  }

  @inline(__always)
  private static func store(_ value: Lanes, _ address: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(address).storeBytes(of: value, as: Lanes.self)
  }

  /// Runs `step` for every term: `row` and `term` are the distances within a chunk of a.
  ///
  /// The length of the inner loop is not known to the compiler, which else unrolls it, mixes the steps
  /// and runs out of registers.
  @inline(__always)
  private static func forTerms(
    _ terms: Int, _ a: UnsafePointer<Float>, chunk: Int, term: Int, _ b: UnsafePointer<Float>,
    _ step: (UnsafePointer<Float>, UnsafePointer<Float>) -> Void
  ) {
    var (at, bt) = (a, b)
    var left = terms
    while left > 0 {
      var count = min(left, 16)
      left &-= count
      repeat {
        step(at, bt)
        at += term
        bt += 16
        count &-= 1
      } while count > 0
      at += chunk &- 16 &* term
    }
  }

  @inline(__always)
  private static func six(
    _ a: UnsafePointer<Float>, _ row: Int, _ term: Int, _ b: UnsafePointer<Float>, _ terms: Int,
    _ c: UnsafeMutablePointer<Float>, _ stride: Int, _ start: UnsafePointer<Float>, _ from: Int
  ) {
    var (s00, s01) = (load(start), load(start + 8))
    var (s10, s11) = (load(start + from), load(start + from + 8))
    var (s20, s21) = (load(start + 2 &* from), load(start + 2 &* from + 8))
    var (s30, s31) = (load(start + 3 &* from), load(start + 3 &* from + 8))
    var (s40, s41) = (load(start + 4 &* from), load(start + 4 &* from + 8))
    var (s50, s51) = (load(start + 5 &* from), load(start + 5 &* from + 8))
    forTerms(terms, a, chunk: 96, term: term, b) { at, bt in
      let (b0, b1) = (load(bt), load(bt + 8))
      let a0 = Lanes(repeating: at[0])
      s00 = s00.addingProduct(a0, b0)
      s01 = s01.addingProduct(a0, b1)
      let a1 = Lanes(repeating: at[row])
      s10 = s10.addingProduct(a1, b0)
      s11 = s11.addingProduct(a1, b1)
      let a2 = Lanes(repeating: at[2 &* row])
      s20 = s20.addingProduct(a2, b0)
      s21 = s21.addingProduct(a2, b1)
      let a3 = Lanes(repeating: at[3 &* row])
      s30 = s30.addingProduct(a3, b0)
      s31 = s31.addingProduct(a3, b1)
      let a4 = Lanes(repeating: at[4 &* row])
      s40 = s40.addingProduct(a4, b0)
      s41 = s41.addingProduct(a4, b1)
      let a5 = Lanes(repeating: at[5 &* row])
      s50 = s50.addingProduct(a5, b0)
      s51 = s51.addingProduct(a5, b1)
    }
    store(s00, c)
    store(s01, c + 8)
    store(s10, c + stride)
    store(s11, c + stride + 8)
    store(s20, c + 2 &* stride)
    store(s21, c + 2 &* stride + 8)
    store(s30, c + 3 &* stride)
    store(s31, c + 3 &* stride + 8)
    store(s40, c + 4 &* stride)
    store(s41, c + 4 &* stride + 8)
    store(s50, c + 5 &* stride)
    store(s51, c + 5 &* stride + 8)
  }

  @inline(__always)
  private static func four(
    _ a: UnsafePointer<Float>, _ row: Int, _ term: Int, _ b: UnsafePointer<Float>, _ terms: Int,
    _ c: UnsafeMutablePointer<Float>, _ stride: Int, _ start: UnsafePointer<Float>, _ from: Int
  ) {
    var (s00, s01) = (load(start), load(start + 8))
    var (s10, s11) = (load(start + from), load(start + from + 8))
    var (s20, s21) = (load(start + 2 &* from), load(start + 2 &* from + 8))
    var (s30, s31) = (load(start + 3 &* from), load(start + 3 &* from + 8))
    forTerms(terms, a, chunk: 64, term: term, b) { at, bt in
      let (b0, b1) = (load(bt), load(bt + 8))
      let a0 = Lanes(repeating: at[0])
      s00 = s00.addingProduct(a0, b0)
      s01 = s01.addingProduct(a0, b1)
      let a1 = Lanes(repeating: at[row])
      s10 = s10.addingProduct(a1, b0)
      s11 = s11.addingProduct(a1, b1)
      let a2 = Lanes(repeating: at[2 &* row])
      s20 = s20.addingProduct(a2, b0)
      s21 = s21.addingProduct(a2, b1)
      let a3 = Lanes(repeating: at[3 &* row])
      s30 = s30.addingProduct(a3, b0)
      s31 = s31.addingProduct(a3, b1)
    }
    store(s00, c)
    store(s01, c + 8)
    store(s10, c + stride)
    store(s11, c + stride + 8)
    store(s20, c + 2 &* stride)
    store(s21, c + 2 &* stride + 8)
    store(s30, c + 3 &* stride)
    store(s31, c + 3 &* stride + 8)
  }
}
