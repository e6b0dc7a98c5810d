import Tensors

/// How an image is read at any place: between its pixels, and beyond its border.
public struct PixelSampling: Hashable, Sendable {
  /// What lies beyond the border, by Keras's names.
  public enum FillMode: String, Hashable, Sendable, CaseIterable {
    /// One value: k k k | a b c d | k k k.
    case constant
    /// The nearest pixel: a a a | a b c d | d d d.
    case nearest
    /// The mirrored image: c b a | a b c d | d c b.
    case reflect
    /// The image again: b c d | a b c d | a b c.
    case wrap
  }

  /// What lies between pixels.
  public enum Interpolation: String, Hashable, Sendable, CaseIterable {
    /// The mean of the four pixels around, weighted by their nearness.
    case bilinear
    /// The nearest pixel.
    case nearest
  }

  /// What lies beyond the border.
  public var fillMode: FillMode
  /// The value beyond the border with `constant`.
  public var fillValue: Float
  /// What lies between pixels.
  public var interpolation: Interpolation

  /// A way of reading; by default that of Keras's layers.
  public init(
    fillMode: FillMode = .reflect, fillValue: Float = 0, interpolation: Interpolation = .bilinear
  ) {
    self.fillMode = fillMode
    self.fillValue = fillValue
    self.interpolation = interpolation
  }

  /// Writes the image that `map` takes from `source` to `target`.
  ///
  /// Where a place lies between pixels and some of them are beyond the border, these count with what lies
  /// there.
  ///
  /// - Precondition: Both hold one image.
  func resample(
    _ source: Span<Float>, into target: inout MutableSpan<Float>, _ image: ImageShape,
    _ map: PlaneMap
  ) {
    precondition(source.count == image.count && target.count == image.count)
    switch interpolation {
    case .bilinear: resampleBetween(source, into: &target, image, map, fillMode, fillValue)
    case .nearest: resampleNearest(source, into: &target, image, map, fillMode, fillValue)
    }
  }
}

/// The pixel in 0 ..< `count` that stands at `index`; −1 for the fill value.
@inline(__always)
private func place(_ index: Int, _ count: Int, _ mode: PixelSampling.FillMode) -> Int {
  if index >= 0 && index < count { return index }
  switch mode {
  case .constant: return -1
  case .nearest: return index < 0 ? 0 : count - 1
  case .wrap:
    let rest = index % count
    return rest < 0 ? rest + count : rest
  case .reflect:
    let rest = index % (2 * count)
    let folded = rest < 0 ? rest + 2 * count : rest
    return folded < count ? folded : 2 * count - 1 - folded
  }
}

private func resampleBetween(
  _ source: Span<Float>, into target: inout MutableSpan<Float>, _ image: ImageShape,
  _ map: PlaneMap, _ mode: PixelSampling.FillMode, _ fill: Float
) {
  let (height, width, plane) = (image.height, image.width, image.plane)
  for y in 0..<height {
    let (startX, startY) = (map.b * Double(y) + map.c, map.e * Double(y) + map.f)
    for x in 0..<width {
      let (atX, atY) = (map.a * Double(x) + startX, map.d * Double(x) + startY)
      let (floorX, floorY) = (atX.rounded(.down), atY.rounded(.down))
      let (right, below) = (Float(atX - floorX), Float(atY - floorY))
      let (left, above) = (1 - right, 1 - below)
      let (column, row) = (Int(floorX), Int(floorY))
      var output = y &* width &+ x
      if column >= 0 && row >= 0 && column < width - 1 && row < height - 1 {
        var input = row &* width &+ column
        for _ in 0..<image.channels {
          let upper = source[input] * left + source[input &+ 1] * right
          let lower =
            source[input &+ width] * left + source[input &+ width &+ 1] * right
          target[output] = upper * above + lower * below
          input &+= plane
          output &+= plane
        }
        continue
      }
      let (x0, x1) = (place(column, width, mode), place(column + 1, width, mode))
      let (y0, y1) = (place(row, height, mode), place(row + 1, height, mode))
      for channel in 0..<image.channels {
        let first = channel &* plane
        func value(_ x: Int, _ y: Int) -> Float {
          x < 0 || y < 0 ? fill : source[first &+ y &* width &+ x]
        }
        let upper = value(x0, y0) * left + value(x1, y0) * right
        let lower = value(x0, y1) * left + value(x1, y1) * right
        target[output] = upper * above + lower * below
        output &+= plane
      }
    }
  }
}

private func resampleNearest(
  _ source: Span<Float>, into target: inout MutableSpan<Float>, _ image: ImageShape,
  _ map: PlaneMap, _ mode: PixelSampling.FillMode, _ fill: Float
) {
  let (height, width, plane) = (image.height, image.width, image.plane)
  for y in 0..<height {
    let (startX, startY) = (map.b * Double(y) + map.c, map.e * Double(y) + map.f)
    for x in 0..<width {
      let column = Int((map.a * Double(x) + startX + 0.5).rounded(.down))
      let row = Int((map.d * Double(x) + startY + 0.5).rounded(.down))
      let (fromX, fromY) = (place(column, width, mode), place(row, height, mode))
      let isFilled = fromX < 0 || fromY < 0
      for channel in 0..<image.channels {
        let first = channel &* plane
        target[first &+ y &* width &+ x] =
          isFilled ? fill : source[first &+ fromY &* width &+ fromX]
      }
    }
  }
}
