import Formats
import Models
import Tensors

/// First values of the parameters that come from a file: another model's, or PyTorch's.
enum InitialParameters {
  /// Sets the parameters of `store` to the tensors of the same names.
  ///
  /// What a checkpoint holds beside parameters, and the counters that PyTorch keeps in batch
  /// normalization, are passed over.
  ///
  /// - Throws: `badContent` that lists all names that are missing, left over, or of another shape.
  static func read(_ reader: SafetensorsReader, into store: ParameterStore) throws(FileError) {
    var complaints: [String] = []
    func complain(_ title: String, _ names: [String]) {
      guard !names.isEmpty else { return }
      let more = names.count > 20 ? " and \(names.count - 20) more" : ""
      complaints.append(title + " " + names.prefix(20).joined(separator: ", ") + more)
    }
    complain("it lacks", store.entries.map(\.name).filter { reader.header[$0] == nil })
    complain(
      "the network has no",
      reader.header.tensors.map(\.name).filter { name in
        store.entry(name) == nil && !CheckpointNames.isSupplement(name)
          && !name.hasSuffix(".num_batches_tracked")
      })
    complain(
      "of another shape:",
      store.entries.compactMap { entry in
        guard let tensor = reader.header[entry.name], tensor.shape != entry.spec.shape else {
          return nil
        }
        return "\(entry.name) is \(tensor.shape), not \(entry.spec.shape)"
      })
    guard complaints.isEmpty else {
      throw FileError(
        .badContent, reader.path,
        "does not hold the parameters of this network: \(complaints.joined(separator: "; "));"
          + " rename its tensors or layers, or change the model")
    }
    try ModelFile.read(reader, into: store)
  }
}
