/// Hue, saturation and value of a color: h from 0 to below 1, s from 0 to 1, v as the color.
///
///     v = max(r, g, b)        s = (v − min(r, g, b)) / v
///     h = ⅙ (g − b)/(v − min),  ⅓ + ⅙ (b − r)/(v − min)  or  ⅔ + ⅙ (r − g)/(v − min),
///     by which of r, g and b is v; mod 1
///
/// Smith, "Color Gamut Transform Pairs", SIGGRAPH 1978.
struct HSV {
  var hue: Float
  var saturation: Float
  var value: Float

  /// The color of red, green and blue of at least 0.
  @inline(__always)
  init(red: Float, green: Float, blue: Float) {
    value = max(max(red, green), blue)
    let spread = value - min(min(red, green), blue)
    guard spread > 0, value > 0 else {
      (hue, saturation) = (0, 0)
      return
    }
    saturation = spread / value
    let sixth = 1 / (6 * spread)
    if value == red {
      hue = (green - blue) * sixth
    } else if value == green {
      hue = (blue - red) * sixth + 1 / 3
    } else {
      hue = (red - green) * sixth + 2 / 3
    }
    if hue < 0 { hue += 1 }
  }

  /// Red, green and blue.
  @inline(__always)
  var rgb: (red: Float, green: Float, blue: Float) {
    let h = (hue - hue.rounded(.down)) * 6
    func part(_ share: Float) -> Float {
      value * (1 - saturation + saturation * min(max(share, 0), 1))
    }
    return (part(abs(h - 3) - 1), part(2 - abs(h - 2)), part(2 - abs(h - 4)))
  }
}

/// Turns the hue of every pixel by so many turns and multiplies its saturation; values from `range`.
func changeColors(
  _ values: inout MutableSpan<Float>, plane: Int, range: ClosedRange<Float>, turns: Float,
  saturation: Float
) {
  precondition(values.count == 3 * plane)
  let (low, high) = (range.lowerBound, range.upperBound)
  for i in 0..<plane {
    var color = HSV(
      red: min(max(values[i], low), high) - low,
      green: min(max(values[plane &+ i], low), high) - low,
      blue: min(max(values[2 &* plane &+ i], low), high) - low)
    color.hue += turns
    color.saturation = min(color.saturation * saturation, 1)
    let (red, green, blue) = color.rgb
    values[i] = low + red
    values[plane &+ i] = low + green
    values[2 &* plane &+ i] = low + blue
  }
}
