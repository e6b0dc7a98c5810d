/// Whether the weights are averaged over the steps.
public struct AverageConfiguration: Hashable, Sendable {
  /// μ of the average a ← μ a + (1 − μ) w; nil where none is kept.
  public var ema: Float?

  /// No average.
  public init() {}

  static let section = Section(
    AverageConfiguration(),
    fields: [
      Field(
        "ema", \.ema, ValueCodec<Float>.number(.fraction).optional,
        "μ of the exponential moving average a ← μ·a + (1 − μ)·w, which is evaluated and saved in "
          + "place of the weights; a common value is 0.999. Unset there is none.")
    ])
}
