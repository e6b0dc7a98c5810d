import Tensors
import Testing

@testable import Datasets

/// Samples as an epoch sees them.
@Suite struct AugmenterTests {
  private static let count = 12
  private static let shape = [2, 6, 5]
  private static let steps: [any Augmentation] = [
    RandomFlip(.horizontal), RandomRotation(-0.1...0.1), AddedNoise(standardDeviation: 3),
    MixUp(alpha: 1), RandomTranslation(height: -0.2...0.2), RandomBrightness(-0.3...0.3),
  ]

  private func source() throws -> any GatheringDataset {
    var values = [Float](repeating: 0, count: AugmenterTests.count * 60)
    var span = values.mutableSpan
    fillUniform(&span, low: 0, high: 255, key: RandomKey(seed: 8, purpose: .synthetic))
    return try images(values, shape: AugmenterTests.shape)
  }

  /// The rows of some samples in one batch: inputs and targets.
  private func rows(
    _ augmenter: Augmenter, _ indices: [Int], epoch: Int
  ) throws -> [([Float], [Float])] {
    let room = batch(augmenter.plan.source, capacity: AugmenterTests.count)
    try augmenter.read(indices.span, epoch: epoch, into: room)
    return indices.indices.map {
      (
        Array(room.inputs.array[$0 * 60..<($0 + 1) * 60]),
        Array(room.targets.array[$0 * 2..<($0 + 1) * 2])
      )
    }
  }

  @Test("a sample is the same in every batch, another one in every epoch and with every seed")
  func pure() throws {
    let source = try source()
    let augmenter = Augmenter(try plan(AugmenterTests.steps, source, seed: 3))
    let all = try rows(augmenter, Array(0..<AugmenterTests.count), epoch: 4)
    let fresh = Augmenter(try plan(AugmenterTests.steps, source, seed: 3))
    for indices in [[7], [11, 2, 7, 0], [3, 3]] {
      for (row, index) in zip(try rows(fresh, indices, epoch: 4), indices) {
        #expect(row == all[index])
      }
    }
    #expect(try rows(fresh, [7], epoch: 5)[0] != all[7])
    let other = Augmenter(try plan(AugmenterTests.steps, source, seed: 4))
    #expect(try rows(other, [7], epoch: 4)[0] != all[7])
  }

  @Test("preprocessing comes last")
  func rescales() throws {
    let source = try source()
    let steps: [any Augmentation] = [RandomBrightness(0.5...0.5, valueRange: 0...255)]
    let scaled = Augmenter(
      try plan(steps, source, preprocess: [.divide(255), .standardize]))
    let found = try rows(scaled, [4], epoch: 0)[0].0
    let rescaling = try #require(scaled.plan.rescaling)
    var wanted = try read(source, [4]).inputs.map { min($0 + 0.5 * 255, 255) }
    var span = wanted.mutableSpan
    rescaling.apply(to: &span)
    #expect(found == wanted)
  }

  @Test("a mixture is a share of two samples, and of their targets the same")
  func mixture() throws {
    // Samples that are constant, so that the input tells the share and the partner.
    let values = (0..<AugmenterTests.count).flatMap {
      [Float](repeating: $0 == 0 ? 0 : 1, count: 60)
    }
    let source = try images(values, shape: [60])
    let augmenter = Augmenter(try plan([MixUp(alpha: 0.5)], source))
    var (partners, shares) = (0, [Float]())
    for epoch in 0..<400 {
      let room = batch(source, capacity: 1)
      try augmenter.read([0].span, epoch: epoch, into: room)
      let (inputs, targets) = (room.inputs.array, room.targets.array)
      #expect(inputs.allSatisfy { $0 == inputs[0] })
      #expect(abs(targets[0] + targets[1] - 1) < 1e-6)
      // An odd partner lends its share to the class 1, any but the sample itself to the input.
      if targets[1] > 0 { #expect(abs(targets[1] - inputs[0]) < 1e-6) }
      if inputs[0] > 0 {
        partners += 1
        shares.append(1 - inputs[0])
      }
    }
    #expect(partners > 340 && partners < 385)
    let mean = shares.reduce(0, +) / Float(shares.count)
    let square = shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(shares.count)
    // Of Beta(½, ½): ½ and ⅛.
    #expect(abs(mean - 0.5) < 0.06 && abs(square - 0.125) < 0.02)
  }

  @Test("a mixture within classes leaves targets as they are")
  func withinClass() throws {
    // Constant samples 0, 1, 2 …: even ones are of one class.
    let values = (0..<AugmenterTests.count).flatMap { [Float](repeating: Float($0), count: 60) }
    let source = try images(values, shape: [60])
    let augmenter = Augmenter(try plan([MixUp(alpha: 1, withinClass: true)], source))
    let (targets, plain) = (batch(source), batch(source))
    let all = Array(0..<AugmenterTests.count)
    try source.read(all.span, into: plain)
    var reached = Set<Int>()
    for epoch in 0..<200 {
      try augmenter.read([4].span, epoch: epoch, into: targets)
      #expect(targets.targets.array.prefix(2) == [1, 0])
      // Alone, or between 4 and another even one.
      let value = targets.inputs.array[0]
      #expect(value >= 0 && value <= 10)
      reached.insert(Int(value))
    }
    #expect(reached.contains(0) && reached.contains(9))
    try augmenter.read(all.span, epoch: 3, into: targets)
    #expect(targets.targets.array == plain.targets.array)
    #expect(targets.inputs.array != plain.inputs.array)
  }

  @Test("what moves pixels is one resampling, unless it reads beyond the border differently")
  func composition() throws {
    let source = try source()
    // There and back: a second resampling would leave a blur, and lose the border.
    let there: [any Augmentation] = [
      RandomTranslation(height: 0.3...0.3), RandomTranslation(height: -0.3 ... -0.3),
    ]
    let back = try augmented(there, source)
    let plain = try read(source).inputs
    #expect(zip(back, plain).allSatisfy { abs($0 - $1) < 1e-3 })
    let mixed: [any Augmentation] = [
      RandomTranslation(height: 0.3...0.3),
      RandomTranslation(height: -0.3 ... -0.3, sampling: PixelSampling(fillMode: .constant)),
    ]
    #expect(try zip(augmented(mixed, source), plain).contains { abs($0 - $1) > 10 })
    // As far out as can be, many times over.
    let far = [any Augmentation](repeating: RandomZoom(height: 10...10), count: 40)
    #expect(try augmented(far, source).allSatisfy(\.isFinite))
  }

  @Test("what can't be done is told")
  func flaws() {
    #expect(RandomFlip().flaw(for: [64])?.contains("a sample is 64") == true)
    #expect(RandomFlip().flaw(for: [8, 8]) == nil)
    #expect(AddedNoise(standardDeviation: 1).flaw(for: [64]) == nil)
    #expect(MixUp().flaw(for: [64]) == nil)
    #expect(RandomHue(0...1).flaw(for: [1, 8, 8])?.contains("have 1 channel") == true)
    #expect(RandomSaturation(0...1).flaw(for: [2, 8, 8])?.contains("2 channels") == true)
    #expect(RandomHue(0...1).flaw(for: [3, 8, 8]) == nil)
    #expect(RandomCrop(height: 9, padding: 0).flaw(for: [8, 8])?.contains("9×8") == true)
    #expect(RandomCrop(height: 9, padding: 1).flaw(for: [8, 8]) == nil)
    #expect(RandomCrop(padding: .max).flaw(for: [8, 8])?.contains("use at most 8") == true)
    #expect(RandomCrop().flaw(for: [8, 8])?.contains("the whole image") == true)
  }
}
