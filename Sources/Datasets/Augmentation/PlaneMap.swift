/// An affine map of the plane: from where in the old image each pixel of the new one is taken.
///
///     x' = a x + b y + c        y' = d x + e y + f
///
/// x counts pixels of a row from the left, y rows from the top; whole numbers are centres of pixels.
public struct PlaneMap: Hashable, Sendable {
  /// How x' grows with x, with y, and its value at the first pixel.
  var a, b, c: Double
  /// How y' grows with x, with y, and its value at the first pixel.
  var d, e, f: Double

  /// Every pixel stays where it is.
  static let identity = PlaneMap(1, 0, 0, 0, 1, 0)

  init(_ a: Double, _ b: Double, _ c: Double, _ d: Double, _ e: Double, _ f: Double) {
    (self.a, self.b, self.c) = (a, b, c)
    (self.d, self.e, self.f) = (d, e, f)
  }

  /// The linear map (a, b; d, e) about the centre of `image`, which stays where it is.
  init(about image: ImageShape, _ a: Double, _ b: Double, _ d: Double, _ e: Double) {
    let (x, y) = (Double(image.width - 1) / 2, Double(image.height - 1) / 2)
    self.init(a, b, x - a * x - b * y, d, e, y - d * x - e * y)
  }

  /// This map of the image that `next` then maps: one resampling in place of two.
  func followed(by next: PlaneMap) -> PlaneMap {
    PlaneMap(
      a * next.a + b * next.d, a * next.b + b * next.e, a * next.c + b * next.f + c,
      d * next.a + e * next.d, d * next.b + e * next.e, d * next.c + e * next.f + f)
  }

  /// Sine and cosine of so many turns, exact for quarters.
  ///
  ///     turns = q/4 + r/2π,  |r| ≤ π/4
  ///
  /// By their series about 0, which are exact to the last bits there; the bits depend on no library.
  static func sineAndCosine(turns: Double) -> (sine: Double, cosine: Double) {
    let quarters = (4 * turns).rounded()
    let r = (turns - quarters / 4) * 2 * Double.pi
    let square = r * r
    var (sine, cosine) = (1.0, 1.0)
    for n in stride(from: 16.0, through: 2, by: -2) {
      sine = 1 - sine * square / (n * (n + 1))
      cosine = 1 - cosine * square / (n * (n - 1))
    }
    sine *= r
    switch Int(quarters) & 3 {
    case 0: return (sine, cosine)
    case 1: return (cosine, -sine)
    case 2: return (-sine, -cosine)
    default: return (-cosine, sine)
    }
  }
}
