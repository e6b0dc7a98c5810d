/// The products of a dense layer whose weights lie in panels of 16 outputs.
///
/// x `[rows, inputs]` and z `[rows, outputs]` are row-major; W and its gradient lie
/// `[outputs / 16][inputs][16]`, the last panel filled up with zeros. In this order a product reads the
/// weights once and from front to back, where a library's product must copy them into such an order first:
/// only x and ∂z are copied, which are small beside W.
///
/// Every element is a sum over its index in order, whatever the number of rows. Blocks of terms
/// (``block``) keep a panel in the first cache and the copies in the second, as in Goto and van de
/// Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008).
struct PanelProduct {
  /// The most rows, and terms, of one block.
  static let block = 256
  /// The rows of a copy of weights, or of columns of x, that stays in the second cache.
  private static let copied = 192

  private typealias Lanes = SIMD8<Float>

  let rows: Int
  let inputs: Int
  let outputs: Int
  private let panels: Int

  init(rows: Int, inputs: Int, outputs: Int) {
    (self.rows, self.inputs, self.outputs) = (rows, inputs, outputs)
    panels = (outputs + PanelTile.width - 1) / PanelTile.width
  }

  /// The floats of scratch that each product takes: an edge's tile, then the copies.
  var scratch: Int {
    let rows = min(rows, PanelProduct.block)
    let wide = (rows + 15) / 16 * 16
    let copy = (PanelProduct.copied + 8) * PanelProduct.block
    let forward = (rows + 8) * PanelProduct.block
    let backwardWeights = panels * 16 * rows + copy
    let backwardData = panels * 16 * wide + copy + inputs * wide
    return PanelProduct.edge + max(forward, backwardWeights, backwardData)
  }

  /// An edge's tile, then a row of zeros.
  private static let edge = PanelTile.mostRows * PanelTile.width + PanelTile.width

  // MARK: z = x Wᵀ + b

  /// z = x Wᵀ + b; b may be absent.
  func forward(
    _ x: UnsafePointer<Float>, _ w: UnsafePointer<Float>, _ b: UnsafePointer<Float>?,
    _ z: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
  ) {
    for first in stride(from: 0, to: rows, by: PanelProduct.block) {
      let count = min(PanelProduct.block, rows - first)
      for k in stride(from: 0, to: inputs, by: PanelProduct.block) {
        forward(
          x + (first * inputs + k), w + k * 16, b, z + first * outputs, rows: count,
          terms: min(PanelProduct.block, inputs - k), isFirst: k == 0, scratch)
      }
    }
  }

  private func forward(
    _ x: UnsafePointer<Float>, _ w: UnsafePointer<Float>, _ b: UnsafePointer<Float>?,
    _ z: UnsafeMutablePointer<Float>, rows: Int, terms: Int, isFirst: Bool,
    _ scratch: UnsafeMutablePointer<Float>
  ) {
    let zeros = clearedRow(scratch)
    let copy = scratch + PanelProduct.edge
    let tiling = PanelTiling(rows)
    copyRows(x, rows: tiling, terms: terms, to: copy)
    let chunked = (terms + 15) & ~15
    for panel in 0..<panels {
      let weights = w + panel &* inputs &* 16
      let column = panel &* 16
      let columns = min(16, outputs &- column)
      var (row, a) = (0, UnsafePointer(copy))
      while row < rows {
        let height = tiling.height(at: row)
        let c = z + (row &* outputs &+ column)
        if columns == 16 && row &+ height <= rows {
          let start = isFirst ? b.map { $0 + column } ?? zeros : UnsafePointer(c)
          PanelTile.run(
            .rows, rows: height, a, weights, terms: terms, c, stride: outputs, from: start,
            startStride: isFirst ? 0 : outputs)
        } else {
          edge(
            .rows, height: height, a, weights, terms: terms, c, stride: outputs,
            rows: min(height, rows &- row), columns: columns,
            from: isFirst ? b.map { $0 + column } : UnsafePointer(c),
            startStride: isFirst ? 0 : outputs, scratch)
        }
        a += height &* chunked
        row &+= height
      }
    }
  }

  /// x in chunks of 16 terms, tile after tile; what lies beyond the last row is zero.
  private func copyRows(
    _ x: UnsafePointer<Float>, rows tiling: PanelTiling, terms: Int,
    to copy: UnsafeMutablePointer<Float>
  ) {
    var (row, to) = (0, copy)
    while row < tiling.count {
      let height = tiling.height(at: row)
      for t in Swift.stride(from: 0, to: terms, by: 16) {
        let width = min(16, terms &- t)
        for r in row..<row &+ height {
          let from = x + (r &* inputs &+ t)
          if r >= tiling.count {
            to.update(repeating: 0, count: 16)
          } else if width == 16 {
            PanelProduct.copy16(from, to)
          } else {
            to.update(from: from, count: width)
          }
          to += 16
        }
      }
      row &+= height
    }
  }

  // MARK: ∂W = ∂zᵀ x

  /// ∂W = ∂zᵀ x; the padding of the last panel becomes zero.
  func backwardWeights(
    _ x: UnsafePointer<Float>, _ dz: UnsafePointer<Float>, _ dw: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) {
    for first in stride(from: 0, to: rows, by: PanelProduct.block) {
      let count = min(PanelProduct.block, rows - first)
      let copy = scratch + PanelProduct.edge
      copyPanels(dz + first * outputs, rows: count, to: copy)
      for k in stride(from: 0, to: inputs, by: PanelProduct.copied) {
        backwardWeights(
          x + (first * inputs + k), panels: copy, dw + k * 16, rows: count,
          columns: min(PanelProduct.copied, inputs - k), isFirst: first == 0, scratch)
      }
    }
  }

  private func backwardWeights(
    _ x: UnsafePointer<Float>, panels copy: UnsafePointer<Float>,
    _ dw: UnsafeMutablePointer<Float>, rows: Int, columns: Int, isFirst: Bool,
    _ scratch: UnsafeMutablePointer<Float>
  ) {
    let zeros = clearedRow(scratch)
    let tiling = PanelTiling(columns)
    let copied = scratch + (PanelProduct.edge &+ panels &* 16 &* rows)
    copyColumns(x, rows: rows, columns: tiling, to: copied)
    for panel in 0..<panels {
      let b = copy + panel &* rows &* 16
      let target = dw + panel &* inputs &* 16
      var (column, a) = (0, UnsafePointer(copied))
      while column < columns {
        let height = tiling.height(at: column)
        let c = target + column &* 16
        let start = isFirst ? zeros : UnsafePointer(c)
        let startStride = isFirst ? 0 : 16
        if column &+ height <= columns {
          PanelTile.run(
            .terms, rows: height, a, b, terms: rows, c, stride: 16, from: start,
            startStride: startStride)
        } else {
          edge(
            .terms, height: height, a, b, terms: rows, c, stride: 16, rows: columns &- column,
            columns: 16, from: start, startStride: startStride, scratch)
        }
        a += height &* rows
        column &+= height
      }
    }
  }

  /// ∂z in panels of 16 columns, the last filled up with zeros.
  private func copyPanels(
    _ dz: UnsafePointer<Float>, rows: Int, to copy: UnsafeMutablePointer<Float>
  ) {
    for panel in 0..<panels {
      let columns = min(16, outputs &- panel &* 16)
      var to = copy + panel &* rows &* 16
      for row in 0..<rows {
        let from = dz + (row &* outputs &+ panel &* 16)
        if columns == 16 {
          PanelProduct.copy16(from, to)
        } else {
          to.update(from: from, count: columns)
          (to + columns).update(repeating: 0, count: 16 &- columns)
        }
        to += 16
      }
    }
  }

  /// Columns of x, tile after tile and row after row; what lies beyond the last column is zero.
  private func copyColumns(
    _ x: UnsafePointer<Float>, rows: Int, columns tiling: PanelTiling,
    to copy: UnsafeMutablePointer<Float>
  ) {
    var (column, to) = (0, copy)
    while column < tiling.count {
      let height = tiling.height(at: column)
      let from = x + column
      if column &+ 8 <= tiling.count {
        // Whole vectors: what is too much is overwritten by the next row's.
        for row in 0..<rows {
          let values = UnsafeRawPointer(from + row &* inputs).loadUnaligned(as: Lanes.self)
          UnsafeMutableRawPointer(to).storeBytes(of: values, as: Lanes.self)
          to += height
        }
      } else {
        let width = min(height, tiling.count &- column)
        for row in 0..<rows {
          to.update(from: from + row &* inputs, count: width)
          (to + width).update(repeating: 0, count: height &- width)
          to += height
        }
      }
      column &+= height
    }
  }

  // MARK: ∂x = ∂z W

  /// ∂x = ∂z W, by way of its transpose.
  func backwardData(
    _ dz: UnsafePointer<Float>, _ w: UnsafePointer<Float>, _ dx: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) {
    let most = (min(rows, PanelProduct.block) + 15) / 16 * 16
    let copied = scratch + (PanelProduct.edge + panels * 16 * most)
    let transposed = copied + (PanelProduct.copied + 8) * PanelProduct.block
    for first in stride(from: 0, to: rows, by: PanelProduct.block) {
      let count = min(PanelProduct.block, rows - first)
      let wide = (count + 15) / 16 * 16
      copyTransposed(dz + first * outputs, rows: count, to: scratch + PanelProduct.edge)
      for o in stride(from: 0, to: panels * 16, by: PanelProduct.block) {
        for k in stride(from: 0, to: inputs, by: PanelProduct.copied) {
          backwardData(
            w + (o * inputs + k * 16), transposed + k * wide, output: o, wide: wide,
            terms: min(PanelProduct.block, panels * 16 - o),
            columns: min(PanelProduct.copied, inputs - k), copied: copied, scratch)
        }
      }
      PanelTranspose.run(
        transposed, stride: wide, rows: inputs, columns: count, to: dx + first * inputs,
        stride: inputs)
    }
  }

  private func backwardData(
    _ w: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, output: Int, wide: Int,
    terms: Int, columns: Int, copied: UnsafeMutablePointer<Float>,
    _ scratch: UnsafeMutablePointer<Float>
  ) {
    let zeros = clearedRow(scratch)
    let tiling = PanelTiling(columns)
    copyWeights(w, columns: tiling, terms: terms, to: copied)
    for group in 0..<wide / 16 {
      let b = scratch + (PanelProduct.edge &+ (group &* panels &* 16 &+ output) &* 16)
      var (column, a) = (0, UnsafePointer(copied))
      while column < columns {
        let height = tiling.height(at: column)
        let c = target + (column &* wide &+ group &* 16)
        let start = output == 0 ? zeros : UnsafePointer(c)
        let startStride = output == 0 ? 0 : wide
        if column &+ height <= columns {
          PanelTile.run(
            .rows, rows: height, a, b, terms: terms, c, stride: wide, from: start,
            startStride: startStride)
        } else {
          edge(
            .rows, height: height, a, b, terms: terms, c, stride: wide, rows: columns &- column,
            columns: 16, from: start, startStride: startStride, scratch)
        }
        a += height &* terms
        column &+= height
      }
    }
  }

  /// ∂zᵀ in panels of 16 samples; samples and outputs beyond the last are zero.
  private func copyTransposed(
    _ dz: UnsafePointer<Float>, rows: Int, to copy: UnsafeMutablePointer<Float>
  ) {
    let size = panels &* 16 &* 16
    for group in 0..<(rows + 15) / 16 {
      let count = min(16, rows &- group &* 16)
      let to = copy + group &* size
      if count < 16 { to.update(repeating: 0, count: size) }
      PanelTranspose.run(
        dz + group &* 16 &* outputs, stride: outputs, rows: count, columns: outputs, to: to,
        stride: 16)
      (to + outputs &* 16).update(repeating: 0, count: size &- outputs &* 16)
    }
  }

  /// Weights in chunks of a panel, tile after tile; what lies beyond the last column is zero.
  private func copyWeights(
    _ w: UnsafePointer<Float>, columns tiling: PanelTiling, terms: Int,
    to copy: UnsafeMutablePointer<Float>
  ) {
    var (column, to) = (0, copy)
    while column < tiling.count {
      let height = tiling.height(at: column)
      let width = min(height, tiling.count &- column)
      for panel in 0..<terms / 16 {
        let from = w + (panel &* inputs &+ column) &* 16
        for i in 0..<width { PanelProduct.copy16(from + i &* 16, to + i &* 16) }
        (to + width &* 16).update(repeating: 0, count: (height &- width) &* 16)
        to += height &* 16
      }
      column &+= height
    }
  }

  // MARK: Edges

  /// A tile that reaches beyond the matrix: computed aside, of which `rows` × `columns` are kept.
  private func edge(
    _ order: PanelTile.Order, height: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
    terms: Int, _ c: UnsafeMutablePointer<Float>, stride: Int, rows: Int, columns: Int,
    from start: UnsafePointer<Float>?, startStride: Int, _ tile: UnsafeMutablePointer<Float>
  ) {
    tile.update(repeating: 0, count: PanelTile.mostRows * PanelTile.width)
    if let start {
      for i in 0..<rows { (tile + i * 16).update(from: start + i * startStride, count: columns) }
    }
    PanelTile.run(
      order, rows: height, a, b, terms: terms, tile, stride: 16, from: tile, startStride: 16)
    for i in 0..<rows { (c + i * stride).update(from: tile + i * 16, count: columns) }
  }

  /// A row of zeros behind the edge's tile.
  private func clearedRow(_ scratch: UnsafeMutablePointer<Float>) -> UnsafePointer<Float> {
    let row = scratch + PanelTile.mostRows * PanelTile.width
    row.update(repeating: 0, count: PanelTile.width)
    return UnsafePointer(row)
  }

  @inline(__always)
  private static func copy16(_ from: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>) {
    let (source, target) = (UnsafeRawPointer(from), UnsafeMutableRawPointer(to))
    target.storeBytes(of: source.loadUnaligned(as: Lanes.self), as: Lanes.self)
    target.storeBytes(
      of: source.loadUnaligned(fromByteOffset: 32, as: Lanes.self), toByteOffset: 32,
      as: Lanes.self)
  }
}
