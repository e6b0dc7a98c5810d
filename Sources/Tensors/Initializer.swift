/// How many inputs reach one unit and how many units one input reaches, as initializers count them.
///
/// Dense weights `[out, in]`: fan in = in, fan out = out. Convolution weights `[out, in/g, kh, kw]`:
/// fan in = in/g·kh·kw, fan out = out·kh·kw/g.
public struct Fans: Hashable, Sendable {
  /// Inputs of one unit.
  public var `in`: Int
  /// Units that one input reaches.
  public var out: Int

  /// Fans of the given sizes.
  public init(in fanIn: Int, out fanOut: Int) {
    self.in = fanIn
    self.out = fanOut
  }
}

/// A way to draw the first values of a parameter.
///
/// The values are a pure function of the key, so every rank draws the same ones.
public protocol Initializer: Sendable {
  /// Fills `values`, the plain layout of a parameter of `shape`, with draws keyed by `key`.
  func fill(_ values: inout MutableSpan<Float>, shape: Shape, fans: Fans, key: RandomKey)

  /// Why a parameter of `shape` can't be drawn so, with the remedy; nil where it can.
  func problem(with shape: Shape) -> String?
}

extension Initializer {
  /// Most draws suit every shape.
  public func problem(with shape: Shape) -> String? { nil }
}
