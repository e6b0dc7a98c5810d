import Datasets
import Models
import Objectives

extension RunData {
  /// How the training samples are changed at random; nil for not at all.
  ///
  /// - Throws: ``ConfigurationError`` where the samples, `graph` or the objective can't take it, `DatasetError`
  ///   where the range of the inputs can't be measured.
  func augmentation(
    _ configuration: RunConfiguration, for graph: NetworkGraph
  ) throws -> AugmentationPlan? {
    let steps = configuration.data.augment
    guard !steps.isEmpty else { return nil }
    guard preprocessing.columns == nil else {
      throw ConfigurationError(
        at: nil,
        "data.augment changes numbers, but the data are a table with columns that are encoded; leave"
          + " data.augment out")
    }
    for (index, step) in steps.enumerated() {
      func flaw(_ reason: String) -> ConfigurationError {
        ConfigurationError(at: nil, "data.augment.\(index): \(Registry.name(of: step)) \(reason)")
      }
      if let reason = step.flaw(for: schema.inputShape) { throw flaw(reason) }
      guard graph.ids.isEmpty else {
        throw flaw("changes numbers, but the network's embedding reads ids; leave data.augment out")
      }
      // Noise added to what is no number leaves it none: ends that lengths tell stay where they are.
      guard graph.mask == nil || graph.masksByLength && step is AddedNoise else {
        throw flaw(
          "would change the padding by which the network knows where sequences end; leave it out"
            + (step is AddedNoise
              ? ", tell the ends by `lengths` of the data, or use the layer gaussian_noise" : ""))
      }
      guard let mixture = step as? MixUp else { continue }
      if steps[..<index].contains(where: { $0 is MixUp }) {
        throw flaw("stands in the list a second time; keep one of them")
      }
      if mixture.isWithinClass {
        guard schema.target.classNames == nil else { continue }
        throw flaw(
          "has within_class, but the data have target values and no classes; leave within_class out"
        )
      }
      let objective = Registry.name(of: configuration.objective)
      switch configuration.objective.targetForm {
      case .oneHot, .values: break
      case .classIndex:
        throw flaw(
          "mixes targets, but \(objective) reads class numbers, which can't be mixed; use"
            + " categorical_crossentropy, or within_class: true")
      case .signs:
        throw flaw(
          "mixes targets, but \(objective) needs −1 or 1; use categorical_crossentropy or"
            + " binary_crossentropy, or within_class: true")
      }
    }
    return try AugmentationPlan(
      unprepared, steps: steps, preprocessing: preprocessing, seed: configuration.seed)
  }
}
