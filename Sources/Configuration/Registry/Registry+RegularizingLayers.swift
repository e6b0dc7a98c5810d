import Layers
import Models
import Tensors

extension Registry {
  /// The layers that only training knows.
  static let regularizingLayers: [Method<LayerSpec>] = [
    method(
      ["dropout"],
      "In training, sets each input to 0 with the given probability and scales the others up.",
      Dropout(rate: 0), shorthand: "rate",
      [rate(\.body.rate, "The probability with which an input is dropped.")]),
    method(
      ["spatial_dropout"],
      "In training, sets whole channels to 0 with the given probability and scales the others up.",
      SpatialDropout(rate: 0), shorthand: "rate",
      [rate(\.body.rate, "The probability with which a channel is dropped.")]),
    method(
      ["stochastic_depth"],
      "In training, sets whole samples to 0 with the given probability and scales the others up.",
      StochasticDepth(rate: 0), shorthand: "rate",
      [rate(\.body.rate, "The probability with which a sample is left out.")]),
    method(
      ["gaussian_dropout"],
      "In training, multiplies each input by a normal draw of mean 1 and variance p / (1 − p).",
      GaussianDropout(rate: 0), shorthand: "rate",
      [rate(\.body.rate, "p, the probability of the dropout whose mask the draws resemble.")]),
    method(
      ["gaussian_noise"], "In training, adds a normal draw to each input.",
      GaussianNoise(standardDeviation: 0), shorthand: "stddev",
      [
        Field(
          "stddev", \.body.standardDeviation, .number(.nonNegative), required: true,
          "The standard deviation of the noise.")
      ]),
    method(
      ["masking_noise"],
      "In training, sets each input to 0 with the given probability and leaves the others as they are.",
      MaskingNoise(rate: 0), shorthand: "rate",
      [rate(\.body.rate, "The probability with which an input is lost.")]),
    method(
      ["activity_regularization"], "Passes its input on and penalizes it, sample by sample.",
      ActivityRegularization(ActivityPenalty()),
      activityFields(\.body.penalty.l1, \.body.penalty.l2)),
  ]

  /// `activity_regularizer` of a layer.
  static let activityPenalty: ValueCodec<ActivityPenalty?> =
    Section(ActivityPenalty(), fields: activityFields(\.l1, \.l2)).codec.optional

  static let activityDoc =
    "A penalty on the layer's outputs, added to the objective as its mean over the samples."

  /// A key for where a parameter must lie.
  static func constraint<Whole>(
    _ key: String, _ path: WritableKeyPath<Whole, (any Constraint)?> & Sendable, _ symbol: String
  ) -> Field<Whole> {
    Field(key, path, constraints.codec.optional, "Where \(symbol) must lie after every update.")
  }

  private static func rate<Whole>(
    _ path: WritableKeyPath<Whole, Float> & Sendable, _ doc: String
  ) -> Field<Whole> {
    Field("rate", path, .number(.fraction), required: true, doc)
  }

  private static func activityFields<Whole>(
    _ l1: WritableKeyPath<Whole, Float> & Sendable, _ l2: WritableKeyPath<Whole, Float> & Sendable
  ) -> [Field<Whole>] {
    [
      Field("l1", l1, .number(.nonNegative), "λ of the penalty λ·Σ|y|."),
      Field("l2", l2, .number(.nonNegative), "λ of the penalty λ·Σy²."),
    ]
  }
}
