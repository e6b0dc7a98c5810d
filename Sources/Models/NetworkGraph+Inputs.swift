import Layers
import Tensors

/// One of several inputs of a network, by name.
public struct NetworkInput: Hashable, Sendable {
  /// The name by which a model reads it.
  public var name: String
  /// Its shape.
  public var shape: Shape

  /// An input of the given name and shape.
  public init(name: String, shape: Shape) {
    self.name = name
    self.shape = shape
  }
}

extension NetworkGraph {
  /// The node that hands on the input `name`; one for all its readers.
  mutating func appendInput(
    _ name: String, _ entry: LayerSpec, after source: Source
  ) throws(NetworkError) -> Source {
    func error(_ reason: String) -> NetworkError {
      NetworkError(location: entry.location, layer: name, reason: reason)
    }
    guard source == .input else {
      throw error(
        "input takes nothing from the layers before it, whose output would be lost; put it first in the"
          + " model or in a branch")
    }
    guard let index = inputs.firstIndex(where: { $0.name == name }) else {
      throw error(
        inputs.isEmpty
          ? "the data have one input without a name; name theirs by the key inputs of data.train"
          : "the data have no input of this name; they have "
            + inputs.map(\.name).joined(separator: ", "))
    }
    if let known = nodes.firstIndex(where: { $0.layer is InputSlice && $0.name == name }) {
      return .node(known)
    }
    let offset = inputs[..<index].reduce(0) { $0 + $1.shape.count }
    return try append(
      InputSlice(offset: offset, shape: inputs[index].shape),
      name: try self.name(name, kind: "input", location: entry.location), sources: [.input],
      location: entry.location)
  }

  /// Checks that every input by name is read, and that none reads all as if they were one.
  func checkInputs() throws(NetworkError) {
    guard !inputs.isEmpty else { return }
    let names = inputs.map(\.name).joined(separator: ", ")
    for node in nodes where node.sources.contains(.input) && !(node.layer is InputSlice) {
      throw NetworkError(
        location: node.location, layer: node.name,
        reason:
          "the data have the inputs \(names), and it would read them as one; begin with `input:` and the"
          + " name of one, in branches of `parallel` for several")
    }
    for input in inputs
    where !nodes.contains(where: { $0.layer is InputSlice && $0.name == input.name }) {
      throw NetworkError(
        location: nil, layer: input.name,
        reason:
          "no layer reads this input of the data; begin a branch with `input: \(input.name)`, or leave it"
          + " out of data.train.inputs")
    }
  }

  /// The numbers of a sample that the node at `index` reads, which sees the network's input, perhaps under
  /// another shape.
  func inputRange(of index: Int) -> Range<Int> {
    var source = nodes[index].sources[0]
    while case .node(let before) = source {
      if let slice = nodes[before].layer as? InputSlice { return slice.range }
      source = nodes[before].sources[0]
    }
    return 0..<inputShape.count
  }

  /// The numbers of a sample that are ids, and below which number; empty where none are.
  public var ids: [(range: Range<Int>, vocabulary: Int)] {
    nodes.indices.compactMap { index in
      guard let embedding = nodes[index].layer as? Embedding else { return nil }
      return (inputRange(of: index), embedding.vocabulary)
    }
  }
}
