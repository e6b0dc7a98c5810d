import Layers
import Tensors

/// How large a network may be. Within these limits the sizes of layers, parameters and plans can be
/// computed in 64 bits; whether there is memory for them is another question.
extension NetworkGraph {
  /// The most layers.
  public static let mostLayers = 5_000
  /// The most numbers of a layer's output for one sample: 2³¹ − 1.
  public static let largestOutput = Int(Int32.max)
  /// The most values of one parameter: 2³⁸, one tebibyte.
  public static let largestParameter = 1 << 38

  /// Checks that one more layer may be added.
  func requireRoom(_ name: String, _ location: String?) throws(NetworkError) {
    guard nodes.count < NetworkGraph.mostLayers else {
      throw NetworkError(
        location: location, layer: name,
        reason:
          "a network has at most \(NetworkGraph.mostLayers) layers; use fewer blocks or copies")
    }
  }

  /// Checks the output of a layer.
  static func check(
    output: Shape, _ name: String, _ location: String?
  ) throws(NetworkError) {
    guard output.count <= largestOutput else {
      throw NetworkError(
        location: location, layer: name,
        reason: "its output \(output) has more than \(largestOutput) numbers per sample; make the"
          + " layer smaller")
    }
  }

  /// Checks the parameters of a layer.
  static func check(
    _ parameters: [ParameterSpec], _ name: String, _ location: String?
  ) throws(NetworkError) {
    for spec in parameters {
      guard spec.shape.count <= largestParameter else {
        throw NetworkError(
          location: location, layer: name,
          reason:
            "its \(spec.name) \(spec.shape) has more than \(largestParameter) values; make the"
            + " layer smaller")
      }
      if let problem = spec.initializer.problem(with: spec.shape) {
        throw NetworkError(
          location: location, layer: name, reason: "the \(spec.name) can't be drawn: \(problem)")
      }
    }
  }
}
