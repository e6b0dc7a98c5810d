/// Looks at what layers put out, in some of the passes.
public protocol LayerObserver: AnyObject {
  /// The layer at `index` has put out `count` numbers; `values` also hold the padding of their layout,
  /// which is zero.
  func observe(_ index: Int, _ values: Span<Float>, count: Int)
}
