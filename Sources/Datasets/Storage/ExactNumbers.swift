import Tensors

/// Numbers in as few bytes as keep them exact: in single precision until one needs more.
struct ExactNumbers {
  private var singles: [Float] = []
  /// All numbers, from the first one on that single precision does not hold; nil before.
  private var doubles: [Double]?

  /// The number of numbers.
  var count: Int { doubles?.count ?? singles.count }

  /// The number at `index`.
  subscript(index: Int) -> Double {
    get { doubles?[index] ?? Double(singles[index]) }
    set {
      if doubles == nil, ExactNumbers.isSingle(newValue) {
        singles[index] = Float(newValue)
      } else {
        widen()
        doubles?[index] = newValue
      }
    }
  }

  /// Makes room for `count` numbers.
  mutating func reserveCapacity(_ count: Int) { singles.reserveCapacity(count) }

  /// Adds a number at the end.
  mutating func append(_ number: Double) {
    if doubles == nil {
      if ExactNumbers.isSingle(number) { return singles.append(Float(number)) }
      widen()
    }
    doubles?.append(number)
  }

  /// Removes the last `count` numbers.
  mutating func removeLast(_ count: Int) {
    if doubles == nil { singles.removeLast(count) } else { doubles?.removeLast(count) }
  }

  /// Calls `single` or `double` with the numbers, whichever way they are held.
  func read(_ single: (Span<Float>) -> Void, _ double: (Span<Double>) -> Void) {
    if let doubles { double(doubles.span) } else { single(singles.span) }
  }

  /// A digest of all numbers as they are held.
  func digest() -> UInt64 {
    if let doubles { return contentDigest(doubles.span.bytes) }
    return contentDigest(singles.span.bytes)
  }

  /// Whether single precision holds `number` exactly; NaN, which marks a missing value, counts as such.
  private static func isSingle(_ number: Double) -> Bool {
    number.isNaN || Double(Float(number)) == number
  }

  private mutating func widen() {
    guard doubles == nil else { return }
    doubles = singles.map { Double($0) }
    singles = []
  }
}
