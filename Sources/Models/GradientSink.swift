import Tensors

/// Takes a network's gradient while the backward pass makes it: range after range, from the last
/// layer's parameters to the first one's.
public protocol GradientSink: AnyObject {
  /// Where the gradient by the parameters in `range` of the arena is to be written: the place of the
  /// first one.
  func place(of range: Range<Int>) -> (storage: FloatStorage, offset: Int)

  /// The gradient of `range` has been written.
  func ready(_ range: Range<Int>)
}

/// Leaves the gradient in an arena that is laid out like the parameters.
final class ArenaSink: GradientSink {
  private let arena: FloatStorage

  init(_ arena: FloatStorage) { self.arena = arena }

  func place(of range: Range<Int>) -> (storage: FloatStorage, offset: Int) {
    (arena, range.lowerBound)
  }

  func ready(_ range: Range<Int>) {}
}
