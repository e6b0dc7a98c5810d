/// Why a network can't be built: where it was written, which layer, both shapes, the remedy.
public struct NetworkError: Error, Hashable, CustomStringConvertible {
  /// Where the layer was written, if that is known.
  public var location: String?
  /// The name of the layer.
  public var layer: String
  /// The reason.
  public var reason: String

  /// An error of `layer`, written at `location`.
  public init(location: String?, layer: String, reason: String) {
    self.location = location
    self.layer = layer
    self.reason = reason
  }

  /// `configs/a.yaml:12:5: layer dense_2: …`
  public var description: String {
    (location.map { $0 + ": " } ?? "") + "layer \(layer): \(reason)"
  }
}
