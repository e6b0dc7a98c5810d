import Tensors
import Testing

@testable import Datasets

/// What augmentations draw: how often, how much, where.
@Suite struct AugmentationDrawTests {
  private static let image = ImageShape([3, 8, 12])

  private static func keys(_ count: Int) -> [RandomKey] {
    let base = RandomKey(seed: 5, purpose: .augmentation)
    return (0..<count).map { base.derive(UInt64($0)) }
  }

  private func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
    let mean = values.reduce(0, +) / Double(values.count)
    let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    return (mean, square.squareRoot())
  }

  @Test("half of the images are mirrored, each way for itself")
  func flips() {
    let keys = AugmentationDrawTests.keys(4000)
    for mode in RandomFlip.Mode.allCases {
      let maps = keys.map { RandomFlip(mode).map(AugmentationDrawTests.image, key: $0) }
      let across = maps.filter { $0.a < 0 }.count
      let down = maps.filter { $0.e < 0 }.count
      let both = maps.filter { $0.a < 0 && $0.e < 0 }.count
      func near(_ count: Int, _ wanted: Int) -> Bool { abs(count - wanted) < 130 }
      #expect(mode == .vertical ? across == 0 : near(across, 2000))
      #expect(mode == .horizontal ? down == 0 : near(down, 2000))
      #expect(mode == .both ? near(both, 1000) : both == 0)
      #expect(maps.allSatisfy { $0.a == 1 || ($0.a == -1 && $0.c == 11) })
    }
  }

  @Test("moves are even draws from their ranges")
  func ranges() {
    let keys = AugmentationDrawTests.keys(4000)
    let image = AugmentationDrawTests.image
    let moves = keys.map { RandomTranslation(height: -0.2...0.4, width: 0...0).map(image, key: $0) }
    let (mean, deviation) = moments(moves.map { -$0.f / 8 })
    #expect(abs(mean - 0.1) < 0.01 && abs(deviation - 0.6 / 12.squareRoot()) < 0.005)
    #expect(moves.allSatisfy { $0.c == 0 && -$0.f / 8 >= -0.2001 && -$0.f / 8 <= 0.4001 })
    let zooms = keys.map { RandomZoom(height: -0.5...0).map(image, key: $0) }
    #expect(zooms.allSatisfy { $0.a == $0.e && $0.a >= 0.5 && $0.a <= 1 })
    #expect(abs(moments(zooms.map(\.a)).mean - 0.75) < 0.01)
    let free = keys.map { RandomZoom(height: -0.5...0, width: -0.5...0).map(image, key: $0) }
    #expect(free.filter { $0.a == $0.e }.count < 10)
    let turns = keys.map { RandomRotation(-0.25...0.25).map(image, key: $0) }
    #expect(turns.allSatisfy { abs($0.a * $0.a + $0.d * $0.d - 1) < 1e-15 && $0.a > -1e-15 })
    #expect(abs(moments(turns.map(\.d)).mean) < 0.03)
  }

  @Test("every window of a crop comes as often")
  func crops() {
    let crop = RandomCrop(padding: 2)
    var counts: [[Double]: Int] = [:]
    for key in AugmentationDrawTests.keys(5000) {
      let map = crop.map(AugmentationDrawTests.image, key: key)
      counts[[map.c, map.f], default: 0] += 1
    }
    #expect(counts.count == 25)
    #expect(counts.keys.allSatisfy { $0.allSatisfy { abs($0) <= 2 && $0 == $0.rounded() } })
    #expect(counts.values.allSatisfy { $0 > 130 && $0 < 280 })
  }

  @Test("rectangles have the size that was asked for, and lie everywhere")
  func erasing() throws {
    let count = 2000
    let source = try images([Float](repeating: 1, count: count * 288), shape: [3, 8, 12])
    let found = try augmented(
      [RandomErasing(rate: 0.5, scale: 0.1...0.4, fillValue: 0)], source)
    var areas: [Double] = []
    var seen = [Int](repeating: 0, count: 96)
    for sample in 0..<count {
      let channels = (0..<3).map {
        Array(found[sample * 288 + $0 * 96..<sample * 288 + ($0 + 1) * 96])
      }
      #expect(channels[0] == channels[1] && channels[0] == channels[2])
      let places = channels[0].indices.filter { channels[0][$0] == 0 }
      guard let first = places.first, let last = places.last else { continue }
      areas.append(Double(places.count) / 96)
      let (height, width) = (last / 12 - first / 12 + 1, last % 12 - first % 12 + 1)
      #expect(places.count == height * width, "no rectangle")
      for place in places { seen[place] += 1 }
    }
    #expect(abs(areas.count - 1000) < 90)
    // The mean of √s is 2 (b^1.5 − a^1.5) / (3 (b − a)); whole pixels come near it.
    let root = 2 * (0.25298 - 0.031623) / (3 * 0.3)
    #expect(abs(moments(areas).mean - root * root) < 0.015)
    #expect(areas.allSatisfy { $0 > 0.05 && $0 < 0.5 })
    #expect(seen.allSatisfy { $0 > 5 })
  }

  @Test("noise has its deviation; erased places without a fill value lie in the range of the data")
  func noise() throws {
    let values = (0..<60 * 96).map { Float($0 % 2 == 0 ? 0 : 16) }
    let source = try images(values, shape: [8, 12])
    let noisy = try augmented([AddedNoise(standardDeviation: 2.5)], source)
    let (mean, deviation) = moments(zip(noisy, values).map { Double($0) - Double($1) })
    #expect(abs(mean) < 0.1 && abs(deviation - 2.5) < 0.06)
    let erased = try augmented([RandomErasing(rate: 1, scale: 1...1)], source)
    let (middle, spread) = moments(erased.map(Double.init))
    #expect(erased.allSatisfy { $0 >= 0 && $0 < 16 })
    #expect(abs(middle - 8) < 0.2 && abs(spread - 16 / 12.squareRoot()) < 0.1)
  }

  @Test("sine and cosine of turns")
  func turns() {
    let quarters: [(Double, Double)] = [(0, 1), (1, 0), (0, -1), (-1, 0)]
    for quarter in -4...4 {
      let (sine, cosine) = PlaneMap.sineAndCosine(turns: Double(quarter) / 4)
      #expect((sine, cosine) == quarters[(quarter + 4) % 4])
    }
    // sin 30°, sin 18°, and the addition theorem in between.
    #expect(abs(PlaneMap.sineAndCosine(turns: 1.0 / 12).sine - 0.5) < 1e-15)
    #expect(
      abs(PlaneMap.sineAndCosine(turns: 0.05).sine - (5.0.squareRoot() - 1) / 4) < 1e-15)
    for step in -20...20 {
      let (s, c) = PlaneMap.sineAndCosine(turns: Double(step) / 20 + 0.003)
      let (s2, c2) = PlaneMap.sineAndCosine(turns: 2 * (Double(step) / 20 + 0.003))
      #expect(abs(2 * s * c - s2) < 1e-14 && abs(c * c - s * s - c2) < 1e-14)
    }
  }
}
