/// The sum of consecutive vectors of `width` numbers in `leaves`, added in the shape of `ShardTree`
/// over their number; zeros where there are none.
///
/// The bits depend on the leaves alone, so sums over evaluation chunks are the same whoever computed
/// which chunk.
public func treeSum(_ leaves: [Double], width: Int) -> [Double] {
  precondition(width > 0 && leaves.count % width == 0, "\(leaves.count) numbers, \(width) a vector")
  guard !leaves.isEmpty else { return [Double](repeating: 0, count: width) }
  var sums = leaves
  var span = sums.mutableSpan
  fold(0..<leaves.count / width, width, &span)
  return Array(sums.prefix(width))
}

/// Adds the vectors of `node` into its first.
private func fold(_ node: Range<Int>, _ width: Int, _ sums: inout MutableSpan<Double>) {
  guard node.count > 1 else { return }
  let middle = ShardTree.middle(of: node)
  fold(node.lowerBound..<middle, width, &sums)
  fold(middle..<node.upperBound, width, &sums)
  let (left, right) = (node.lowerBound * width, middle * width)
  for i in 0..<width { sums[left + i] = sums[left + i] + sums[right + i] }
}
