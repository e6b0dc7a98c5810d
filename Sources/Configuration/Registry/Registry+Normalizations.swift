import Layers
import Models
import Tensors

extension Registry {
  /// The layers that bring their inputs to mean 0 and variance 1.
  static let normalizations: [Method<LayerSpec>] = [
    method(
      ["batch_normalization"],
      "Brings each channel to mean 0 and variance 1 over the samples and positions of a shard.",
      BatchNormalization(),
      [
        Field(
          "momentum", \.body.momentum, .number(.unit),
          "The share of the running mean and variance that a step keeps, as in Keras; PyTorch's "
            + "momentum is 1 minus this one."),
        Field("epsilon", \.body.epsilon, .number(.positive), epsilonDoc),
        Field("scale", \.body.usesScale, .truth, scaleDoc),
        Field("center", \.body.usesShift, .truth, centerDoc),
        Field("initializer", \.body.initializer, initializers.codec, "How γ is drawn."),
        Field("bias_initializer", \.body.biasInitializer, initializers.codec, "How β is drawn."),
        Field("synchronized", \.body.isSynchronized, .truth, synchronizedDoc),
        rateMultiplier(),
      ]),
    method(
      ["layer_normalization"],
      "Brings the elements of each sample to mean 0 and variance 1; γ and β have the sample's shape.",
      LayerNormalization(),
      [
        Field(
          "per_step", \.body.isPerStep, .truth,
          "Whether each step of a sequence [steps, features] is normalized by itself, also behind a "
            + "mask; γ and β have the features' shape then."),
        Field("epsilon", \.body.epsilon, .number(.positive), epsilonDoc),
        Field("scale", \.body.usesScale, .truth, scaleDoc),
        Field("center", \.body.usesShift, .truth, centerDoc),
        rateMultiplier(),
      ]),
    method(
      ["group_normalization"],
      "Brings groups of channels of each sample to mean 0 and variance 1; γ and β are per channel.",
      GroupNormalization(),
      [
        Field(
          "groups", \.body.groups, .integer(atLeast: 1, atMost: Bound.extent),
          "Into how many groups the channels are cut."),
        Field("epsilon", \.body.epsilon, .number(.positive), epsilonDoc),
        Field("scale", \.body.usesScale, .truth, scaleDoc),
        Field("center", \.body.usesShift, .truth, centerDoc),
        rateMultiplier(),
      ]),
  ]

  static let synchronizedDoc =
    "Whether mean and variance are those of the whole minibatch, over the shards of all ranks, in place "
    + "of a shard's. The shards are then computed side by side, layer by layer, so a rank holds the "
    + "activations and a gradient of each of its shards at once (`nntrain check` tells the memory)."

  private static let epsilonDoc = "ε of √(σ² + ε)."
  private static let scaleDoc = "Whether the result is multiplied by γ, which is learnt."
  private static let centerDoc = "Whether β, which is learnt, is added to the result."
}
