import Tensors

/// Reads training samples and changes them at random: what an ``AugmentationPlan`` says, with the room
/// that it takes. Allocates nothing once warm; for one thread at a time.
public final class Augmenter {
  /// What is done together: moves of pixels that are read alike are one resampling.
  private enum Stage {
    case move([(place: Int, step: any GeometricAugmentation)], PixelSampling)
    case change(Int, any PixelAugmentation)
  }

  /// The most moves that are done at once: places stay within whole numbers however far each one zooms.
  private static let most = 8

  /// What is done.
  public let plan: AugmentationPlan
  private let image: ImageShape
  private let before: [Stage]
  private let mixture: (place: Int, step: MixUp)?
  private let after: [Stage]
  private let scratch: FloatStorage
  /// A sample that is mixed with another one, and its number.
  private let partner: FloatStorage
  private var partnerTarget = FloatStorage(count: 0)
  private var partnerIndex = [0]

  /// What makes the changes of `plan`.
  public init(_ plan: AugmentationPlan) {
    self.plan = plan
    image = ImageShape(plan.source.schema.inputShape)
    let mixing = plan.steps.firstIndex { $0 is MixUp }
    mixture = mixing.flatMap { place in (plan.steps[place] as? MixUp).map { (place, $0) } }
    before = Augmenter.stages(plan.steps, 0..<(mixing ?? plan.steps.count))
    after = mixing.map { Augmenter.stages(plan.steps, $0 + 1..<plan.steps.count) } ?? []
    scratch = FloatStorage(count: image.count)
    partner = FloatStorage(count: mixture == nil ? 0 : image.count)
  }

  /// The stages of the steps at `places`.
  private static func stages(_ steps: [any Augmentation], _ places: Range<Int>) -> [Stage] {
    var stages: [Stage] = []
    for place in places {
      switch steps[place] {
      case let step as any GeometricAugmentation:
        if case .move(let moves, let sampling)? = stages.last, moves.count < most,
          step.sampling == nil || step.sampling == sampling
            || moves.allSatisfy({ $0.step.sampling == nil })
        {
          stages[stages.count - 1] = .move(moves + [(place, step)], step.sampling ?? sampling)
        } else {
          stages.append(.move([(place, step)], step.sampling ?? PixelSampling()))
        }
      case let step as any PixelAugmentation: stages.append(.change(place, step))
      default: break
      }
    }
    return stages
  }

  /// Reads the samples `indices` as they are in `epoch`, counted from 0, into the first rows of `batch`.
  ///
  /// - Parameter rescales: whether preprocessing follows.
  public func read(
    _ indices: Span<Int>, epoch: Int, into batch: Batch, rescales: Bool = true
  ) throws(DatasetError) {
    try plan.source.read(indices, into: batch)
    let (storage, width) = (batch.inputs, batch.inputWidth)
    precondition(width == image.count, "a batch of \(width) inputs for samples of \(image.count)")
    let key = plan.key.derive(UInt64(epoch))
    for row in 0..<indices.count {
      let place = row * width..<(row + 1) * width
      let sampleKey = key.derive(UInt64(indices[row]))
      change(storage, place, by: before, sampleKey)
      if let mixture {
        let drawKey = sampleKey.derive(UInt64(mixture.place))
        let index = partner(of: indices[row], mixture.step, drawKey)
        try mixIn(index, mixture.step, batch, row, key, drawKey)
      }
      change(storage, place, by: after, sampleKey)
      guard rescales, let rescaling = plan.rescaling else { continue }
      var values = storage.mutableSpan(place)
      rescaling.apply(to: &values)
    }
  }

  /// The sample with which `sample` is mixed.
  private func partner(of sample: Int, _ step: MixUp, _ key: RandomKey) -> Int {
    let source = plan.source
    guard step.isWithinClass else { return step.partner(among: source.count, key: key) }
    let number = source.classIndex(of: sample)
    return plan.classMembers[number][
      step.partner(among: plan.classMembers[number].count, key: key)]
  }

  /// Mixes the sample in `row` with the sample `index`, changed as that one is in this epoch.
  private func mixIn(
    _ index: Int, _ step: MixUp, _ batch: Batch, _ row: Int, _ epochKey: RandomKey,
    _ key: RandomKey
  ) throws(DatasetError) {
    let source = plan.source
    let share = step.share(key: key)
    let (partner, width) = (partner, batch.inputWidth)
    if partnerTarget.count < batch.targetWidth {
      partnerTarget = FloatStorage(count: batch.targetWidth)
    }
    let partnerTarget = partnerTarget
    partnerIndex[0] = index
    // Taken out of the object meanwhile, since a span cannot outlive an access.
    var chosen: [Int] = []
    swap(&chosen, &partnerIndex)
    defer { swap(&chosen, &partnerIndex) }
    var input = partner.mutableSpan(0..<width)
    try source.gatherInputs(chosen.span, into: &input, rescaling: nil)
    change(partner, 0..<width, by: before, epochKey.derive(UInt64(index)))
    let (inputs, targets) = (batch.inputs, batch.targets)
    var own = inputs.mutableSpan(row * width..<(row + 1) * width)
    mix(&own, with: partner.span(0..<width), share: share)
    if step.isWithinClass { return }
    var target = partnerTarget.mutableSpan(0..<batch.targetWidth)
    source.gatherTargets(
      chosen.span, into: &target, form: batch.targetForm, width: batch.targetWidth)
    var ownTarget = targets.mutableSpan(
      row * batch.targetWidth..<(row + 1) * batch.targetWidth)
    mix(&ownTarget, with: partnerTarget.span(0..<batch.targetWidth), share: share)
  }

  /// Changes the sample at `place` of `storage`, whose key is `key`.
  private func change(
    _ storage: FloatStorage, _ place: Range<Int>, by stages: [Stage], _ key: RandomKey
  ) {
    let scratch = scratch
    for stage in stages {
      switch stage {
      case .move(let moves, let sampling):
        var map = PlaneMap.identity
        for (number, step) in moves {
          map = map.followed(by: step.map(image, key: key.derive(UInt64(number))))
        }
        if map == .identity { continue }
        var copy = scratch.mutableSpan
        let old = storage.span(place)
        for i in 0..<old.count { copy[i] = old[i] }
        var new = storage.mutableSpan(place)
        sampling.resample(scratch.span, into: &new, image, map)
      case .change(let number, let step):
        var values = storage.mutableSpan(place)
        step.apply(
          to: &values, scratch: scratch, image, range: plan.valueRange,
          key: key.derive(UInt64(number)))
      }
    }
  }
}
