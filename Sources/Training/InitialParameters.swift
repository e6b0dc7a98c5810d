import Formats
import Models
import Tensors

/// First values of the parameters that come from a file: another model's, or PyTorch's.
public enum InitialParameters {
  /// Checks that `reader` holds the parameters of `graph`, each under its name in its shape.
  ///
  /// What a checkpoint holds beside parameters, and the counters that PyTorch keeps in batch
  /// normalization, are passed over.
  ///
  /// - Throws: `badContent` that lists all names that are missing, left over, or of another shape.
  public static func check(
    _ reader: SafetensorsReader, _ graph: NetworkGraph
  ) throws(FileError) {
    let parameters = graph.nodes.flatMap { node in
      node.parameters.map { (name: "\(node.name).\($0.name)", shape: $0.shape) }
    }
    let names = Set(parameters.map(\.name))
    var complaints: [String] = []
    func complain(_ title: String, _ names: [String]) {
      guard !names.isEmpty else { return }
      let more = names.count > 20 ? " and \(names.count - 20) more" : ""
      complaints.append(title + " " + names.prefix(20).joined(separator: ", ") + more)
    }
    complain("it lacks", parameters.map(\.name).filter { reader.header[$0] == nil })
    complain(
      "the network has no",
      reader.header.tensors.map(\.name).filter { name in
        !names.contains(name) && !CheckpointNames.isSupplement(name)
          && !name.hasSuffix(".num_batches_tracked")
      })
    complain(
      "of another shape:",
      parameters.compactMap { name, shape in
        guard let tensor = reader.header[name], tensor.shape != shape else { return nil }
        return "\(name) is \(tensor.shape), not \(shape)"
      })
    guard complaints.isEmpty else {
      throw FileError(
        .badContent, reader.path,
        "does not hold the parameters of this network: \(complaints.joined(separator: "; "));"
          + " rename its tensors or layers, or change the model")
    }
  }
}
