import Tensors

/// The part of the arena that one layer's backward pass fills.
///
/// The ranges of all layers that learn cover the learnt part of the arena, whatever lies between
/// parameters included.
struct GradientRange {
  /// From the layer's first parameter to the next layer's.
  let range: Range<Int>
  /// The elements between parameters, which no layer writes: they are kept zero.
  let gaps: [Range<Int>]

  /// The ranges by node; nil where it has nothing to learn.
  static func ranges(of graph: NetworkGraph, in store: ParameterStore) -> [GradientRange?] {
    var end = store.trainableCount
    var found: [GradientRange?] = []
    for node in graph.nodes.reversed() {
      let places = node.parameters.filter { $0.role != .statistic }
        .compactMap { store.entry("\(node.name).\($0.name)")?.range }
      guard let first = places.first else {
        found.append(nil)
        continue
      }
      let ends = places.dropFirst().map(\.lowerBound) + [end]
      let gaps = zip(places, ends).map { $0.upperBound..<$1 }.filter { !$0.isEmpty }
      found.append(GradientRange(range: first.lowerBound..<end, gaps: gaps))
      end = first.lowerBound
    }
    precondition(end == 0 || store.trainableCount == 0, "\(end) elements belong to no layer")
    return found.reversed()
  }
}
