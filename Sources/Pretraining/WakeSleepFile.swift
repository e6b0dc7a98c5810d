import Formats
import Layers
import Tensors
import Training

/// The parameters of a deep belief network that was trained as a whole.
public enum WakeSleepFile {
  /// The name of the layer that is the network.
  public static let layer = "up_down"
  /// The metadata key that tells what the visible units are.
  public static let visibleKey = "up_down_visible"

  private typealias Name = WakeSleep.Name

  /// Whether the model file that `reader` has opened holds such a network.
  public static func isPresent(in reader: SafetensorsReader) -> Bool {
    reader.metadata[visibleKey] != nil
  }

  /// What the network begins with: the machines' weights in both directions.
  public static func copies(ofMachines files: [SafetensorsReader]) -> [ParameterCopy] {
    var copies: [ParameterCopy] = []
    func copy(_ name: String, _ role: String, _ file: SafetensorsReader) {
      copies.append(
        ParameterCopy("\(layer).\(name)", from: "\(BoltzmannFile.layer).\(role)", of: file))
    }
    for (index, file) in files.dropLast().enumerated() {
      let level = index + 1
      copy(Name.recognitionWeight + "\(level)", "weight", file)
      copy(Name.recognitionBias + "\(level)", "bias", file)
      copy(Name.generativeWeight + "\(level)", "weight", file)
      copy(Name.generativeBias + "\(level)", "visible_bias", file)
    }
    guard let top = files.last else { return [] }
    for name in [Name.weight, Name.bias, Name.visibleBias] { copy(name, name, top) }
    return copies
  }

  /// What the hidden layers of a network take over: the way up.
  public static func copies(
    to layers: [HiddenLayer], from file: SafetensorsReader
  ) -> [ParameterCopy] {
    layers.enumerated().flatMap { index, hidden in
      hidden.parameters.map { role in
        let isTop = index + 1 == layers.count
        let name = isTop ? role : "recognition_\(role)_\(index + 1)"
        return ParameterCopy("\(hidden.name).\(role)", from: "\(layer).\(name)", of: file)
      }
    }
  }

  /// The network in the model file that `reader` has opened.
  ///
  /// - Throws: `FileError` where the file is damaged, ``PretrainingError`` where its parts don't chain.
  public static func network(_ reader: SafetensorsReader) throws -> DeepBeliefNetwork {
    guard
      let visible = reader.metadata[visibleKey].flatMap(RestrictedBoltzmann.Visible.init(rawValue:))
    else {
      throw FileError(.badContent, reader.path, "holds no network that was trained as a whole")
    }
    func values(_ name: String) throws(FileError) -> (FloatStorage, [Int]) {
      let shape = try reader.tensor("\(layer).\(name)").shape
      let storage = FloatStorage(count: shape.count)
      var span = storage.mutableSpan
      try reader.read("\(layer).\(name)", shape: shape, into: &span)
      return (storage, shape.dimensions)
    }
    var (machines, recognition): ([GibbsChains.Parameters], [GibbsChains.Parameters]) = ([], [])
    func part(
      _ weight: String, hidden: FloatStorage?, visible bias: FloatStorage?
    ) throws(FileError) -> GibbsChains.Parameters {
      let (weights, shape) = try values(weight)
      guard shape.count == 2, weights.count > 0, hidden.map({ $0.count == shape[0] }) ?? true,
        bias.map({ $0.count == shape[1] }) ?? true
      else {
        throw FileError(
          .badContent, reader.path,
          "has \(weight) of the shape \(shape), which its biases don't fit; it is damaged")
      }
      // A direction needs the biases of one side only.
      return GibbsChains.Parameters(
        machines.isEmpty ? visible : .bernoulli, weights: weights,
        hiddenBias: hidden ?? FloatStorage(count: shape[0]),
        visibleBias: bias ?? FloatStorage(count: shape[1]))
    }
    var level = 1
    while reader.header["\(layer).\(Name.generativeWeight)\(level)"] != nil {
      let (down, up) = (
        try values(Name.generativeBias + "\(level)").0,
        try values(Name.recognitionBias + "\(level)").0
      )
      recognition.append(
        try part(Name.recognitionWeight + "\(level)", hidden: up, visible: nil))
      machines.append(try part(Name.generativeWeight + "\(level)", hidden: nil, visible: down))
      level += 1
    }
    let top = try part(
      Name.weight, hidden: try values(Name.bias).0, visible: try values(Name.visibleBias).0)
    return try DeepBeliefNetwork(machines + [top], recognition: recognition + [top])
  }
}
