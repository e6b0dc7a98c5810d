import Tensors

@testable import Datasets

/// Images of `shape` with the classes 0, 1, 0, 1 …, one after the other in `values`.
func images(_ values: [Float], shape: [Int]) throws -> any GatheringDataset {
  let width = shape.reduce(1, *)
  let count = values.count / width
  return try ArrayDataset(
    "images", rows: FloatRows(values, count: count, width: width), inputShape: shape,
    targets: StoredTargets(classes: (0..<count).map { Int32($0 % 2) }, names: ["even", "odd"]))
}

/// The plan of `steps` for `source`, with nothing behind.
func plan(
  _ steps: [any Augmentation], _ source: any GatheringDataset, seed: UInt64 = 0,
  preprocess: [PreprocessingStep] = []
) throws -> AugmentationPlan {
  try AugmentationPlan(
    source, steps: steps, preprocessing: Preprocessing(fitting: preprocess, to: source),
    seed: seed)
}

/// A batch for samples of `source` with one-hot targets.
func batch(_ source: any GatheringDataset, capacity: Int? = nil) -> Batch {
  Batch(
    capacity: capacity ?? source.count, inputWidth: source.inputWidth, targetWidth: 2,
    targetForm: .oneHot)
}

/// All samples of `source`, changed by `steps` as in `epoch`.
func augmented(
  _ steps: [any Augmentation], _ source: any GatheringDataset, seed: UInt64 = 0, epoch: Int = 0,
  valueRange: ClosedRange<Float>? = nil
) throws -> [Float] {
  let room = batch(source)
  let indices = Array(0..<source.count)
  let fixed = valueRange.map { range in steps.map { withRange($0, range) } } ?? steps
  try Augmenter(plan(fixed, source, seed: seed)).read(indices.span, epoch: epoch, into: room)
  return room.inputs.array
}

/// `step` with values in `range`, where that matters to it.
private func withRange(_ step: any Augmentation, _ range: ClosedRange<Float>) -> any Augmentation {
  switch step {
  case var step as RandomBrightness:
    step.valueRange = range
    return step
  case var step as RandomContrast:
    step.valueRange = range
    return step
  case var step as RandomSaturation:
    step.valueRange = range
    return step
  case var step as RandomHue:
    step.valueRange = range
    return step
  default: return step
  }
}
