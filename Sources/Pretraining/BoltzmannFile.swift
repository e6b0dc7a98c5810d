import Formats
import Layers
import Models
import Tensors

/// The parameters of a machine as a stage has saved them.
public enum BoltzmannFile {
  /// The name of the layer that is the machine.
  public static let layer = "rbm"
  /// The metadata key that tells what the visible units are.
  public static let visibleKey = "boltzmann_visible"

  /// The machine in the model file that `reader` has opened.
  ///
  /// - Throws: `FileError` where it holds none, or parts that don't fit.
  public static func machine(
    _ reader: SafetensorsReader
  ) throws(FileError) -> GibbsChains.Parameters {
    guard
      let kind = reader.metadata[visibleKey].flatMap(RestrictedBoltzmann.Visible.init(rawValue:))
    else {
      throw FileError(
        .badContent, reader.path,
        "holds no Boltzmann machine; give a run with `pretraining: {rbm: …}` or {dbn: …}, or one of"
          + " its stages")
    }
    let shape = try reader.tensor("\(layer).weight").shape
    guard shape.rank == 2, shape.count > 0 else {
      throw FileError(.badContent, reader.path, "has weights of the shape \(shape); it is damaged")
    }
    func values(_ name: String, _ shape: Shape) throws(FileError) -> FloatStorage {
      let storage = FloatStorage(count: shape.count)
      var span = storage.mutableSpan
      try reader.read("\(layer).\(name)", shape: shape, into: &span)
      return storage
    }
    return GibbsChains.Parameters(
      kind, weights: try values("weight", shape), hiddenBias: try values("bias", [shape[0]]),
      visibleBias: try values("visible_bias", [shape[1]]))
  }

  /// The network of the machines in the model files that `readers` have opened, from the data upwards.
  ///
  /// - Throws: `FileError` where one holds no machine, or one that doesn't fit the one below it.
  public static func network(_ readers: [SafetensorsReader]) throws -> DeepBeliefNetwork {
    var machines: [GibbsChains.Parameters] = []
    for reader in readers {
      let machine = try machine(reader)
      if let below = machines.last, below.hiddenBias.count != machine.visibleBias.count {
        throw FileError(
          .badContent, reader.path,
          "has \(machine.visibleBias.count) visible units, but the machine below it,"
            + " \(readers[machines.count - 1].path), has \(below.hiddenBias.count) hidden ones; bring"
            + " the file of that stage back, or train the stages again")
      }
      machines.append(machine)
    }
    return try DeepBeliefNetwork(machines)
  }

  /// The hidden units of the persistent chains in the file, row after row; nil where it has none.
  public static func chains(_ reader: SafetensorsReader) throws(FileError) -> FloatStorage? {
    guard reader.header["\(layer).chains"] != nil else { return nil }
    let storage = FloatStorage(count: try reader.tensor("\(layer).chains").shape.count)
    var span = storage.mutableSpan
    try reader.read("\(layer).chains", into: &span)
    return storage
  }

  /// The machine of a network that is being trained.
  public static func machine(
    _ store: ParameterStore, _ kind: RestrictedBoltzmann.Visible
  ) -> GibbsChains.Parameters {
    func values(_ name: String) -> FloatStorage {
      guard let entry = store.entry("\(layer).\(name)") else {
        preconditionFailure("the network is no machine: it has no \(name)")
      }
      let storage = FloatStorage(count: entry.spec.shape.count)
      var span = storage.mutableSpan
      store.read(entry, into: &span)
      return storage
    }
    return GibbsChains.Parameters(
      kind, weights: values("weight"), hiddenBias: values("bias"),
      visibleBias: values("visible_bias"))
  }
}
