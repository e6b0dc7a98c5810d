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
  /// - Throws: `FileError` where it holds none, or parts that are missing or don't fit.
  public static func network(_ reader: SafetensorsReader) throws -> DeepBeliefNetwork {
    guard
      let visible = reader.metadata[visibleKey].flatMap(RestrictedBoltzmann.Visible.init(rawValue:))
    else {
      throw FileError(.badContent, reader.path, "holds no network that was trained as a whole")
    }
    let levels = try levels(reader)
    var (machines, recognition): ([GibbsChains.Parameters], [GibbsChains.Parameters]) = ([], [])
    // The first level stands on the data, each other on the one below it.
    var below = try tensor(Name.generativeBias + "1", nil, reader).count
    for level in 1...levels {
      let above = try tensor(Name.recognitionBias + "\(level)", nil, reader).count
      func part(
        _ weight: String, hidden: FloatStorage?, visible bias: FloatStorage?
      ) throws(FileError) -> GibbsChains.Parameters {
        // A direction needs the biases of one side only.
        GibbsChains.Parameters(
          level == 1 ? visible : .bernoulli,
          weights: try tensor(weight + "\(level)", [above, below], reader),
          hiddenBias: hidden ?? FloatStorage(count: above),
          visibleBias: bias ?? FloatStorage(count: below))
      }
      recognition.append(
        try part(
          Name.recognitionWeight,
          hidden: try tensor(Name.recognitionBias + "\(level)", [above], reader), visible: nil))
      machines.append(
        try part(
          Name.generativeWeight, hidden: nil,
          visible: try tensor(Name.generativeBias + "\(level)", [below], reader)))
      below = above
    }
    let bias = try tensor(Name.bias, nil, reader)
    let top = GibbsChains.Parameters(
      .bernoulli, weights: try tensor(Name.weight, [bias.count, below], reader), hiddenBias: bias,
      visibleBias: try tensor(Name.visibleBias, [below], reader))
    return try DeepBeliefNetwork(machines + [top], recognition: recognition + [top])
  }

  /// The levels below the top machine: all that any parameter belongs to, so that none is left out where
  /// another is missing.
  private static func levels(_ reader: SafetensorsReader) throws(FileError) -> Int {
    let names = [
      Name.recognitionWeight, Name.recognitionBias, Name.generativeWeight, Name.generativeBias,
    ].map { "\(layer).\($0)" }
    let levels = reader.header.tensors.compactMap { tensor in
      names.first { tensor.name.hasPrefix($0) }.flatMap { Int(tensor.name.dropFirst($0.count)) }
    }
    // Each level has four parameters, so a number beyond that is no level's.
    guard let highest = levels.max(), highest >= 1, highest <= levels.count else {
      throw FileError(
        .badContent, reader.path,
        "has parameters of the levels \(Set(levels).sorted()), which is no network; it is damaged")
    }
    return highest
  }

  /// The values of a parameter, which must have the shape `shape`, or else be any vector.
  private static func tensor(
    _ name: String, _ shape: Shape?, _ reader: SafetensorsReader
  ) throws(FileError) -> FloatStorage {
    let found = try reader.tensor("\(layer).\(name)", shape: shape).shape
    guard found.rank == (shape?.rank ?? 1), found.count > 0 else {
      throw FileError(
        .badContent, reader.path, "has \(name) of the shape \(found); it is damaged")
    }
    let storage = FloatStorage(count: found.count)
    var span = storage.mutableSpan
    try reader.read("\(layer).\(name)", shape: shape, into: &span)
    return storage
  }
}
