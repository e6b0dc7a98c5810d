/// What the learning rate of the first and the last layer with parameters is multiplied by; those
/// in between follow geometrically.
public struct LayerMultipliers: Hashable, Sendable {
  /// The multiplier of the layer next to the input.
  public var input: Float = 1
  /// The multiplier of the layer next to the output.
  public var output: Float = 1

  /// The same rate in every layer.
  public init() {}

  static let section = Section(
    LayerMultipliers(),
    fields: [
      Field("input", \.input, .number(.positive), "The multiplier next to the input."),
      Field("output", \.output, .number(.positive), "The multiplier next to the output."),
    ])
}
