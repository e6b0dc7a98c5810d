import Tensors
import Testing

@testable import Optimizers

@Suite struct SurfaceTests {
  @Test("gradients against central differences", arguments: Surfaces.all.indices)
  func gradient(index: Int) {
    let surface = Surfaces.all[index]
    for point in [surface.start, [0.3, -0.7], [1.1, 0.9]] {
      let h = 1e-5
      let found = surface.gradient(at: point)
      let dx = surface.value(at: point + [h, 0]) - surface.value(at: point - [h, 0])
      let dy = surface.value(at: point + [0, h]) - surface.value(at: point - [0, h])
      #expect((found.x - dx / (2 * h)).magnitude < 1e-6 * max(1, found.x.magnitude))
      #expect((found.y - dy / (2 * h)).magnitude < 1e-6 * max(1, found.y.magnitude))
    }
  }

  @Test("minima are flat and lower than their surroundings", arguments: Surfaces.all.indices)
  func minima(index: Int) {
    let surface = Surfaces.all[index]
    for minimum in surface.minima {
      let gradient = surface.gradient(at: minimum)
      #expect(gradient.x.magnitude < 1e-12 && gradient.y.magnitude < 1e-12)
      #expect(surface.across.contains(minimum.x) && surface.upward.contains(minimum.y))
      for step: SIMD2<Double> in [[0.1, 0], [-0.1, 0], [0, 0.1], [0, -0.1]] {
        #expect(surface.value(at: minimum + step) > surface.value(at: minimum))
      }
    }
    #expect(surface.across.contains(surface.start.x) && surface.upward.contains(surface.start.y))
  }

  @Test func anEpochOfMinibatchesIsTheFullBatch() {
    let valley = NoisyValley()
    let point: SIMD2<Double> = [0.3, -1]
    let parts = stride(from: 0, to: 64, by: 8).map { first in
      valley.gradient(at: point, of: Array(first..<first + 8))
    }
    let mean = parts.reduce(SIMD2<Double>.zero, +) / 8
    let full = valley.gradient(at: point)
    #expect((mean - full).x.magnitude < 1e-12 && (mean - full).y.magnitude < 1e-12)
    #expect(parts[0] != full)
  }

  @Test func minibatchesFollowTheSeedAndFullBatchesDoNot() {
    func end(_ batch: Int?, _ seed: UInt64) -> Descent.Place? {
      Descent(SGD(), rate: 0.05, batch: batch, seed: seed)
        .path(on: NoisyValley(), from: [-1, 2.5], steps: 40).last
    }
    #expect(end(4, 1) == end(4, 1) && end(4, 1) != end(4, 2))
    #expect(end(nil, 1) == end(nil, 2) && end(64, 1) == end(nil, 1))
  }

  @Test func aPathThatLeavesTheFiniteNumbersEnds() {
    let path = Descent(SGD(), rate: 10).path(on: Rosenbrock(), from: [-1.2, 1], steps: 50)
    #expect(path.count < 51 && path.allSatisfy { $0.objective.isFinite })
    // Norms are those of both variables together.
    let lamb = Descent(LAMB(.keras), rate: 0.02).path(on: Ravine(), from: [-9, 1.6], steps: 3)
    #expect(lamb.count == 4)
  }
}
